import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ApiClient } from "../client/api-client.ts";
import { convertVideo } from "../client/node/convert-video.ts";
import { createPasswordSession } from "../client/node/password-session.ts";
import { formatDuration, formatSize } from "../contract/format.ts";
import { invokeFunction } from "../deployed/invoke-function.ts";
import { DEMO_EMAIL, noteRunning, noteStopped } from "../deployed/running.ts";
import { emulatorConfig } from "../deployed/stack.ts";
import { ROOT_DIR, STATE_DIR } from "../deployed/state.ts";
import { reportError, UserError } from "../deployed/user-error.ts";
import { explain } from "../layers/ffmpeg/explain.ts";
import { improveFfmpeg, wouldUseLean } from "../layers/ffmpeg/resolve.ts";
import { type Email, readMailbox } from "./mailbox.ts";
import { type RunningStack, runStack } from "./run-stack.ts";

const DEFAULT_PORT = 4566;
const MAIL_SECONDS = 20;
/** The sample takes about a second. If it takes longer than this, something is broken. */
const SAMPLE_SECONDS = 60;
const SAMPLE_FILE = join(ROOT_DIR, "localstack/sample/arpeggio.mp4");

const startedAt = performance.now();
const say = (sentence: string) => {
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  console.log(`${seconds} s  ${sentence}`);
};

/** Builds and deploys everything, converts the sample, and stays until `signal` aborts. */
async function start(stateDir: string, once: boolean, signal: AbortSignal): Promise<void> {
  const port = readPort();
  say("Building what has changed; starting PostgreSQL and the AWS emulator");
  const stack = await runStack({ stateDir, port, onStep: say });
  const stopping = new AbortController();
  try {
    const apiUrl = stack.outputs.ApiUrl;
    await addDemoUser(stack);
    await noteRunning(stateDir, { processId: process.pid, endpoint: stack.endpoint, apiUrl });
    say("Ready");
    await Promise.race([demonstrate(stack, stateDir, signal), stack.crashed]);
    if (once) {
      console.log('\nIt works. "npm start" keeps it running, with the page and the API.');
      return;
    }
    compileInBackground(stack, stopping.signal);
    console.log(`\n${describeAccess(stack)}\n\nCtrl-C stops it and keeps its state.`);
    await Promise.race([untilAborted(signal), stack.crashed]);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    say("Stopping");
    stopping.abort();
    await noteStopped(stateDir);
    await stack.stop();
  }
}

/** Compiles the ffmpeg that ships if this machine doesn't have it. Nothing waits for that. */
function compileInBackground({ ffmpegLink, ffmpegSource }: RunningStack, signal: AbortSignal) {
  if (!wouldUseLean()) return;
  say(
    `Conversions use ${ffmpegSource} while the ffmpeg that ships, which is twice as fast, is being compiled`,
  );
  improveFfmpeg(ffmpegLink, { signal }).then(say, (error: unknown) => {
    if (!signal.aborted) say(`Conversions keep using this ffmpeg: ${explain(error)}`);
  });
}

async function demonstrate(stack: RunningStack, stateDir: string, signal: AbortSignal) {
  const password = stack.secrets.demoPassword;
  const apiUrl = stack.outputs.ApiUrl;
  const session = createPasswordSession(apiUrl, { email: DEMO_EMAIL, password });
  const client = new ApiClient(apiUrl, session);
  const earlier = await client.listJobs({}, signal);
  if (earlier.jobs.length > 0) {
    const count = earlier.nextCursor ? `${earlier.jobs.length} or more` : earlier.jobs.length;
    console.log(`\nJobs from before: ${count}. The newest is ${earlier.jobs[0]?.fileName}.`);
  }
  const earlierEmails = await readDemoMail(stack.endpoint);
  const mp3Path = join(stateDir, "arpeggio.mp3");
  console.log(`\nConverting ${relative(process.cwd(), SAMPLE_FILE)}`);
  const timeout = AbortSignal.timeout(SAMPLE_SECONDS * 1000);
  const { job } = await convertVideo(client, {
    videoPath: SAMPLE_FILE,
    mp3Path,
    conversion: { quality: "v2" },
    signal: AbortSignal.any([signal, timeout]),
  }).catch((error: unknown) => {
    if (!timeout.aborted) throw error;
    throw new UserError(
      `The sample was not converted within ${SAMPLE_SECONDS} s. The emulator's log, ${join(stateDir, "emulator/emulator.log")}, says why.`,
    );
  });
  const email = await awaitEmail(stack.endpoint, earlierEmails.length, signal);

  console.log(
    [
      "",
      `MP3       ${relative(process.cwd(), mp3Path)}  (${formatDuration(job.result?.durationSeconds ?? 0)}, ${formatSize(job.result?.sizeBytes ?? 0)})`,
      ...describeEmail(email),
    ].join("\n"),
  );
}

/** Describes how to use the stack while it runs. */
const describeAccess = ({ outputs, secrets }: RunningStack) =>
  [
    ...(outputs.SiteUrl ? [`Page      ${outputs.SiteUrl}`] : []),
    `API       ${outputs.ApiUrl}`,
    `User      ${DEMO_EMAIL}`,
    `Password  ${secrets.demoPassword}`,
    "",
    "Convert your own video:  npm run convert -- talk.mp4",
  ].join("\n");

function readPort(): number {
  const port = Number(process.env.TAPEDECK_PORT ?? DEFAULT_PORT);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UserError("TAPEDECK_PORT must be a port number, for example 4567.");
}

/**
 * The password was chosen at the first start. Setting it again repairs a database from elsewhere.
 */
async function addDemoUser({ endpoint, outputs, secrets }: RunningStack): Promise<void> {
  const config = emulatorConfig(endpoint);
  const user = { email: DEMO_EMAIL, password: secrets.demoPassword };
  const name = outputs.UsersFunctionName;
  await invokeFunction(config, name, { action: "set-password", ...user }).catch(() =>
    invokeFunction(config, name, { action: "create", ...user }),
  );
}

/**
 * Waits for the first email to the demo user after the first `earlierCount`.
 *
 * @returns undefined if none comes in time.
 */
async function awaitEmail(
  endpoint: string,
  earlierCount: number,
  signal: AbortSignal,
): Promise<Email | undefined> {
  const deadline = Date.now() + MAIL_SECONDS * 1000;
  while (Date.now() < deadline) {
    const email = (await readDemoMail(endpoint))[earlierCount];
    if (email) return email;
    await sleep(250, undefined, { signal });
  }
  return undefined;
}

const readDemoMail = async (endpoint: string) =>
  (await readMailbox(endpoint)).filter(({ to }) => to.includes(DEMO_EMAIL));

function describeEmail(email: Email | undefined): string[] {
  if (!email) return ["Email     none arrived: see the notifier's log"];
  const text = email.text.trimEnd().split("\n");
  return [
    `Email     to ${email.to.join(", ")}: ${email.subject}`,
    ...text.map((l) => `          ${l}`),
  ];
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => stop.abort());
try {
  const { values } = parseArgs({ options: { once: { type: "boolean", default: false } } });
  await mkdir(STATE_DIR, { recursive: true });
  await start(STATE_DIR, values.once, stop.signal);
} catch (error) {
  reportError(error);
  process.exitCode = 1;
}
