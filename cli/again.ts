import { Command } from "commander";
import { convertAgainTo } from "../client/node/convert-again.ts";
import { toFileName } from "../contract/text.ts";
import { addConnectionOptions, type Connection, connect } from "./connect.ts";
import {
  addConversionOptions,
  type ConversionChoices,
  readCover,
  toConversion,
} from "./conversion-options.ts";
import { chooseOutput, resolvePath } from "./paths.ts";
import { showProgress } from "./progress.ts";
import { runConversion } from "./run-conversion.ts";

interface Options extends ConversionChoices, Connection {
  output?: string;
  force?: boolean;
  json?: boolean;
}

/** `tapedeck again`: converts a video that was sent before, without sending it. */
export const createAgainCommand = (signal: AbortSignal): Command =>
  addConnectionOptions(
    addConversionOptions(
      new Command("again")
        .description("Convert an earlier video again, with other options.")
        .argument("<job>", "the job's id, as `convert --json` prints it")
        .option("-o, --output <file>", "where the MP3 goes: a file, a folder, or -"),
    ),
  )
    .option("-f, --force", "replace an MP3 that already exists")
    .option("--json", "print one line of JSON, for scripts")
    .addHelpText(
      "after",
      "\nThe video is kept for a day or longer; the service says when it is gone.",
    )
    .action(async (jobId: string, options: Options) => {
      const conversion = toConversion(options);
      const cover = (await readCover(options))?.toString("base64");
      const api = await connect(options, signal);
      const { fileName } = await api.readJob(jobId, signal);
      const mp3Path = await chooseOutput(resolvePath(nameFile(fileName)), options.output, {
        force: options.force ?? false,
        isOnly: true,
      });
      const display = showProgress();
      process.exitCode = await runConversion(
        {
          ...{ name: "", mp3Path, about: { job: jobId } },
          convert: async (path, onProgress) => ({
            job: await convertAgainTo(
              api,
              jobId,
              { mp3Path: path, options: conversion, cover },
              { signal, onProgress },
            ),
          }),
        },
        { json: options.json, signal, display },
      ).finally(() => display.stop());
    });

/** A name from another computer must not lead out of the folder. */
export const nameFile = (fileName: string) => toFileName(fileName).replaceAll(/[/\\]/g, "_");
