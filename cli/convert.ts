import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { Command, CommanderError, Option } from "commander";
import { formatDuration } from "../contract/format.ts";
import { DEMO_EMAIL, findRunning } from "../localstack/running.ts";
import { readSecrets, STATE_DIR } from "../localstack/state.ts";
import { ApiClient, ApiError } from "./api-client.ts";
import { askPassword } from "./ask-password.ts";
import {
  addConversionOptions,
  type ConversionChoices,
  toConversion,
} from "./conversion-options.ts";
import { convertFile, defaultMp3Path, StageError } from "./convert-file.ts";
import { formatSize } from "./progress.ts";

const EXIT = {
  unexpected: 1,
  usage: 2,
  signIn: 3,
  upload: 4,
  conversion: 5,
  download: 6,
  interrupted: 130,
} as const;

/** Ends the program with a sentence and its exit code. */
class Stop extends Error {
  readonly exitCode: number;
  constructor(exitCode: number, sentence: string) {
    super(sentence);
    this.exitCode = exitCode;
  }
}

interface Options extends ConversionChoices {
  output?: string;
  api?: string;
  email?: string;
  force?: boolean;
}

const command = new Command("convert")
  .description("Upload a video, wait for its MP3 and download it.")
  .argument("<video>", "the video file")
  .option("-o, --output <file>", "where the MP3 goes (default: beside the video)");
addConversionOptions(command)
  .addOption(
    new Option("--api <url>", "the API's address (default: the stack of npm start)").env(
      "TAPEDECK_API_URL",
    ),
  )
  .addOption(new Option("--email <address>", "who signs in").env("TAPEDECK_EMAIL"))
  .option("-f, --force", "replace an MP3 that is there already")
  .addHelpText(
    "after",
    `
The password is TAPEDECK_PASSWORD, or is asked for; the stack of npm start needs none.
An interrupted upload of more than 100 MB goes on when the same command is run again.

Exit codes: 0 converted, 1 unexpected error, 2 wrong usage, 3 sign-in refused, 4 upload failed,
5 the video can't be converted, 6 download failed, 130 interrupted.`,
  )
  .exitOverride();

async function signIn(options: Options, signal: AbortSignal): Promise<ApiClient> {
  const running = await findRunning(STATE_DIR);
  const apiUrl = options.api ?? running?.apiUrl;
  if (!apiUrl || !URL.canParse(apiUrl)) {
    throw new Stop(
      EXIT.usage,
      'No API: run "npm start" in another terminal, or name one with --api or TAPEDECK_API_URL.',
    );
  }
  const demo = apiUrl === running?.apiUrl ? await readSecrets(STATE_DIR) : undefined;
  const email = options.email ?? (demo && DEMO_EMAIL);
  if (!email) throw new Stop(EXIT.usage, "Say who signs in: --email or TAPEDECK_EMAIL.");
  const password =
    process.env.TAPEDECK_PASSWORD ??
    (email === DEMO_EMAIL ? demo?.demoPassword : undefined) ??
    (await askPassword(`Password of ${email}`));
  if (!password) throw new Stop(EXIT.signIn, "No password was given.");
  try {
    return await ApiClient.login(apiUrl, { email, password }, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const isRefusal = error instanceof ApiError && error.status === 401;
    throw new Stop(
      EXIT.signIn,
      isRefusal ? "The email address or the password is wrong." : String(error),
    );
  }
}

async function checkFiles(videoPath: string, options: Options): Promise<string> {
  const video = await stat(videoPath).catch(() => undefined);
  if (!video?.isFile()) throw new Stop(EXIT.usage, `There is no file ${videoPath}.`);
  if (video.size === 0) throw new Stop(EXIT.usage, `${videoPath} is empty.`);
  const mp3Path = options.output ?? defaultMp3Path(videoPath);
  if (existsSync(mp3Path) && !options.force) {
    throw new Stop(EXIT.usage, `${mp3Path} is there already: add --force to replace it.`);
  }
  return mp3Path;
}

async function convert(videoPath: string, options: Options, signal: AbortSignal): Promise<void> {
  const mp3Path = await checkFiles(videoPath, options);
  const client = await signIn(options, signal);
  const { result, emailFailure } = await convertFile(client, {
    videoPath,
    mp3Path,
    signal,
    conversion: toConversion(options),
  });
  console.error(
    `${formatDuration(result?.durationSeconds ?? 0)} of sound, ${formatSize(result?.sizeBytes ?? 0)}`,
  );
  if (emailFailure) console.error(emailFailure.message);
  console.log(mp3Path);
}

function readExitCode(error: unknown, signal: AbortSignal): number {
  if (signal.aborted) return EXIT.interrupted;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof Stop) return error.exitCode;
  if (error instanceof StageError) return EXIT[error.stage];
  return EXIT.unexpected;
}

const interruption = new AbortController();
process.once("SIGINT", () => interruption.abort());
process.once("SIGTERM", () => interruption.abort());
const { signal } = interruption;
try {
  command.action((videoPath: string, options: Options) => convert(videoPath, options, signal));
  await command.parseAsync();
} catch (error) {
  process.exitCode = readExitCode(error, signal);
  if (signal.aborted) console.error("\nInterrupted.");
  else if (error instanceof Stop || error instanceof StageError) console.error(error.message);
  // Commander has said what is wrong already.
  else if (!(error instanceof CommanderError)) console.error(error);
}
