import { basename } from "node:path";
import { Command } from "commander";
import pLimit from "p-limit";
import { convertVideo } from "../client/node/convert-video.ts";
import { FILES_AT_ONCE } from "../client/send.ts";
import { addConnectionOptions, type Connection, connect } from "./connect.ts";
import {
  addConversionOptions,
  type ConversionChoices,
  readCover,
  toConversion,
} from "./conversion-options.ts";
import { EXIT, Stop } from "./exit-codes.ts";
import { chooseOutput, findVideos, STANDARD_OUTPUT } from "./paths.ts";
import { showProgress } from "./progress.ts";
import { runConversion } from "./run-conversion.ts";

interface Options extends ConversionChoices, Connection {
  output?: string;
  force?: boolean;
  whole?: boolean;
  json?: boolean;
}

interface Task {
  videoPath: string;
  mp3Path: string;
}

/** `tapedeck convert`: uploads videos, waits for their MP3s and downloads them. */
export function createConvertCommand(signal: AbortSignal): Command {
  const command = new Command("convert")
    .description("Convert videos on a Tapedeck stack and download their MP3s.")
    .argument("<videos...>", "the video files")
    .option(
      "-o, --output <file>",
      "where the MP3 goes: a file, a folder, or - for standard output",
    );
  return addConnectionOptions(addConversionOptions(command))
    .option("-f, --force", "replace an MP3 that already exists")
    .option("--whole", "send the whole video, not only its audio track")
    .option("--json", "print one line of JSON for each video, for scripts")
    .addHelpText(
      "after",
      `
The password comes from TAPEDECK_PASSWORD or a prompt; the stack of npm start needs none.
Run the same command again to continue an interrupted upload.

Exit codes: 0 converted, 1 unexpected error, 2 wrong usage, 3 sign-in refused, 4 upload failed,
5 the video can't be converted, 6 download failed, 7 the API can't be reached, 130 interrupted.
With several videos it is the code of the first that failed.`,
    )
    .action((names: string[], options: Options) => convertAll(names, options, signal));
}

async function convertAll(names: string[], options: Options, signal: AbortSignal): Promise<void> {
  const conversion = toConversion(options);
  const cover = (await readCover(options))?.toString("base64");
  const tasks = await planTasks(names, options);
  if (options.title !== undefined && tasks.length > 1) {
    throw new Stop(EXIT.usage, "--title is for one video; each has a title of its own.");
  }
  const api = await connect(options, signal);
  const display = showProgress();
  const limit = pLimit(FILES_AT_ONCE);
  const exitCodes = await Promise.all(
    tasks.map((task) =>
      limit(() =>
        runConversion(
          {
            name: tasks.length > 1 ? basename(task.videoPath) : "",
            mp3Path: task.mp3Path,
            about: { video: task.videoPath },
            convert: (mp3Path, onProgress) =>
              convertVideo(api, {
                ...{ videoPath: task.videoPath, mp3Path, conversion, cover, signal, onProgress },
                sendsWhole: options.whole,
              }),
          },
          { json: options.json, signal, display },
        ),
      ),
    ),
  ).finally(() => display.stop());
  signal.throwIfAborted();
  process.exitCode = exitCodes.find((code) => code !== 0) ?? 0;
}

async function planTasks(names: string[], options: Options): Promise<Task[]> {
  const videos = await findVideos(names);
  const isOnly = videos.length === 1;
  if (options.output === STANDARD_OUTPUT && (!isOnly || options.json)) {
    throw new Stop(
      EXIT.usage,
      "Only one MP3 can go to standard output, and --json can't be used with it.",
    );
  }
  const tasks: Task[] = [];
  for (const videoPath of videos) {
    const force = options.force ?? false;
    const mp3Path = await chooseOutput(videoPath, options.output, { force, isOnly });
    const twin = tasks.find((task) => task.mp3Path === mp3Path);
    if (twin) {
      throw new Stop(
        EXIT.usage,
        `${twin.videoPath} and ${videoPath} would both become ${mp3Path}.`,
      );
    }
    tasks.push({ videoPath, mp3Path });
  }
  return tasks;
}
