import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Command, Option } from "commander";
import pLimit from "p-limit";
import { listNotes } from "../client/answers.ts";
import type { ApiClient } from "../client/api-client.ts";
import { convertVideo } from "../client/node/convert-video.ts";
import type { ConversionOptions } from "../contract/conversion.ts";
import { formatDuration, formatSize } from "../contract/format.ts";
import { connect } from "./connect.ts";
import {
  addConversionOptions,
  type ConversionChoices,
  readCover,
  toConversion,
} from "./conversion-options.ts";
import { EXIT, readExitCode, Stop } from "./exit-codes.ts";
import { chooseOutput, findVideos, STANDARD_OUTPUT } from "./paths.ts";
import { type ProgressDisplay, showProgress } from "./progress.ts";

/** More at a time would only make each one slower. The page has the same limit. */
const VIDEOS_AT_ONCE = 3;

interface Options extends ConversionChoices {
  output?: string;
  api?: string;
  email?: string;
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
  return addConversionOptions(command)
    .addOption(
      new Option("--api <url>", "the API's address (default: the stack of npm start)").env(
        "TAPEDECK_API_URL",
      ),
    )
    .addOption(new Option("--email <address>", "who signs in").env("TAPEDECK_EMAIL"))
    .option("-f, --force", "replace an MP3 that is there already")
    .option("--whole", "send the whole video, not only its audio track")
    .option("--json", "print one line of JSON for each video, for scripts")
    .addHelpText(
      "after",
      `
The password is TAPEDECK_PASSWORD, or is asked for; the stack of npm start needs none.
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
  const limit = pLimit(VIDEOS_AT_ONCE);
  const exitCodes = await Promise.all(
    tasks.map((task) =>
      limit(() => convertOne(api, task, { ...options, cover, conversion, signal, display, tasks })),
    ),
  ).finally(() => display.stop());
  signal.throwIfAborted();
  process.exitCode = exitCodes.find((code) => code !== 0) ?? 0;
}

async function planTasks(names: string[], options: Options): Promise<Task[]> {
  const videos = await findVideos(names);
  const isOnly = videos.length === 1;
  if (options.output === STANDARD_OUTPUT && (!isOnly || options.json)) {
    throw new Stop(EXIT.usage, "Only one MP3 can go to standard output, and nothing else with it.");
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

/**
 * Reports on standard error what went wrong.
 *
 * @returns the exit code for this video.
 */
async function convertOne(
  api: ApiClient,
  { videoPath, mp3Path }: Task,
  run: {
    conversion: ConversionOptions;
    cover: string | undefined;
    whole?: boolean;
    json?: boolean;
    signal: AbortSignal;
    display: ProgressDisplay;
    tasks: readonly Task[];
  },
): Promise<number> {
  const { signal } = run;
  if (signal.aborted) return EXIT.interrupted;
  const name = run.tasks.length > 1 ? basename(videoPath) : "";
  const progress = run.display.add(name);
  const isPiped = mp3Path === STANDARD_OUTPUT;
  const folder = isPiped ? await mkdtemp(join(tmpdir(), "tapedeck-")) : undefined;
  const path = folder ? join(folder, "out.mp3") : mp3Path;
  try {
    const { job, sentBytes } = await convertVideo(api, {
      videoPath,
      mp3Path: path,
      conversion: run.conversion,
      cover: run.cover,
      sendsWhole: run.whole,
      signal,
      onProgress: progress.update,
    });
    progress.end();
    if (isPiped) await pipeline(createReadStream(path), process.stdout, { end: false });
    else if (run.json) {
      const { jobId, result } = job;
      console.log(JSON.stringify({ video: videoPath, mp3: mp3Path, jobId, sentBytes, ...result }));
    } else console.log(mp3Path);
    const { durationSeconds = 0, sizeBytes = 0 } = job.result ?? {};
    const facts = `${formatDuration(durationSeconds)} of audio, ${formatSize(sizeBytes)}`;
    for (const line of [facts, ...listNotes(job)]) console.error(name ? `${name}: ${line}` : line);
    return 0;
  } catch (error) {
    progress.end();
    if (signal.aborted) return EXIT.interrupted;
    const exitCode = readExitCode(error, signal);
    const message = error instanceof Error ? error.message : String(error);
    if (run.json) console.log(JSON.stringify({ video: videoPath, error: message, exitCode }));
    console.error(name ? `${name}: ${message}` : message);
    return exitCode;
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}
