import "../functions/converter/small-heap.ts";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { Command } from "commander";
import { convertMedia } from "../engine/convert-media.ts";
import type { EngineOptions, Mp3Sink, SourceReader } from "../engine/types.ts";
import { resolveFfmpeg } from "../layers/ffmpeg/resolve.ts";
import {
  addConversionOptions,
  type ConversionChoices,
  readCover,
  toConversion,
} from "./conversion-options.ts";
import { EXIT, readExitCode, Stop } from "./exit-codes.ts";
import { openAddress } from "./http-source.ts";
import { chooseOutput, findVideos, resolvePath } from "./paths.ts";

interface Options extends ConversionChoices, Pick<EngineOptions, "workers" | "segmentSeconds"> {
  json?: boolean;
}

const command = new Command("engine")
  .description("Convert a video here, without AWS.")
  .argument("<video>", "a file, an http(s):// address or s3://bucket/key")
  .argument("<mp3>", "the file to write");
addConversionOptions(command)
  .option(
    "--workers <count>",
    "encoders at a time (default: as many as keep every core busy)",
    Number,
  )
  .option("--segment-seconds <seconds>", "length of a segment of parallel encoding", Number)
  .option("--json", "print the outcome in one line")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const [input = "", output = ""] = command.args;
const options = command.opts<Options>();

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());

try {
  process.exitCode = await convert(input, resolvePath(output));
} catch (error) {
  process.exitCode = readExitCode(error, stop.signal);
  console.error(error instanceof Stop ? error.message : error);
}

async function convert(address: string, mp3Path: string): Promise<number> {
  if (isFilePath(address)) {
    const [video = ""] = await findVideos([address]);
    await chooseOutput(video, mp3Path, { force: true, isOnly: true });
  }
  const outcome = await convertMedia(
    await openSource(address),
    createFileSink(mp3Path),
    {
      ...toConversion(options),
      cover: await readCover(options),
      ...(options.workers !== undefined && { workers: options.workers }),
      ...(options.segmentSeconds !== undefined && { segmentSeconds: options.segmentSeconds }),
      fallbackTitle: basename(address, extname(address)),
      fileEnding: extname(address).slice(1),
      ffmpegPath: (await resolveFfmpeg()).path,
      remainingSeconds: Number.POSITIVE_INFINITY,
    },
    {
      signal: stop.signal,
      onProgress: ({ fraction }) => {
        if (process.stderr.isTTY) process.stderr.write(`\r${(fraction * 100).toFixed(0)}%`);
      },
    },
  );
  console.log(JSON.stringify(outcome, undefined, options.json ? undefined : 2));
  return outcome.kind === "converted" ? 0 : 1;
}

function isFilePath(address: string): boolean {
  return !/^(https?|s3):/.test(address);
}

/** Opens a file, an address that serves ranges, or an object as `s3://bucket/key`. */
async function openSource(address: string): Promise<SourceReader> {
  if (/^https?:/.test(address)) return openAddress(address);
  const object = /^s3:\/\/([^/]+)\/(.+)$/.exec(address);
  if (!object) return openFile(resolvePath(address));
  const [, bucket = "", key = ""] = object;
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { createS3Sources } = await import("../functions/converter/sources.ts");
  const s3 = new S3Client({ forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined });
  const source = await createS3Sources(s3, bucket).open(key);
  if (!source) throw new Stop(EXIT.usage, `There is no object at ${address}.`);
  return source;
}

async function openFile(path: string): Promise<SourceReader> {
  return {
    sizeBytes: (await stat(path)).size,
    read: (startByte, endByte, signal) =>
      createReadStream(path, { start: startByte, end: endByte - 1, signal }),
  };
}

/** Keeps the frames in a temporary file until the head, which goes before them, is known. */
function createFileSink(path: string): Mp3Sink {
  const framesPath = `${path}.frames`;
  let file: ReturnType<typeof open> | undefined;
  return {
    async write(frames) {
      file ??= open(framesPath, "w+");
      await (await file).write(frames);
    },
    async finish(head) {
      file ??= open(framesPath, "w+");
      const frames = await file;
      const whole = await open(`${path}.part`, "w");
      await whole.write(head);
      for await (const chunk of frames.createReadStream({ start: 0 })) await whole.write(chunk);
      await whole.close();
      await rm(framesPath);
      await rename(`${path}.part`, path);
    },
    async abort() {
      await (await file)?.close();
      file = undefined;
      await rm(framesPath, { force: true });
    },
  };
}
