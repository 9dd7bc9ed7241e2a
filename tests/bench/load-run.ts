import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import pLimit from "p-limit";
import type { ApiClient } from "../../client/api-client.ts";
import type { ByteSource } from "../../client/byte-source.ts";
import { FileSource } from "../../client/node/file-source.ts";
import { createNodeTransport } from "../../client/node/node-transport.ts";
import { createPasswordSession } from "../../client/node/password-session.ts";
import { writeSoundtrack } from "../../client/node/soundtrack-file.ts";
import { sendSource } from "../../client/send.ts";
import { watchJob } from "../../client/watch-job.ts";
import { readMailbox } from "../../localstack/mailbox.ts";
import {
  apiUrl,
  awsConfig,
  eventually,
  invokeUsers,
  stack,
  type TestUser,
} from "../harness/stack.ts";
import { deployFloor } from "./load-floor.ts";
import { LoadMailbox } from "./load-mailbox.ts";
import { Recorder, TimedClient, timeTransport } from "./load-timing.ts";

/** Hashing a password takes a core and 19 MB. */
const USERS_AT_ONCE = 2;
/** After this many videos, a user signs in again, as on the next day. */
const VIDEOS_PER_SESSION = 3;
/** When the last users join, so that 50 people don't press the button at the same moment. */
const RAMP_SECONDS = 10;
/** How long rounds that began before the end may take. Only a broken stack reaches this. */
const DRAIN_SECONDS = 180;
/** How many users send a video before the run. */
const WARM_USERS = 4;
const SAMPLE = join(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");

interface Plan {
  users: number;
  seconds: number;
  pauseSeconds: number;
  /** Whether others use the stack, too, so that messages in its queues may be theirs. */
  isShared: boolean;
}

interface FinishedJob {
  user: number;
  /** The time from the end of the upload until the user knows the outcome. */
  waitMs: number;
  /** The time since the start of the run. */
  finishedAtMs: number;
}

export interface QueueSample {
  atMs: number;
  waiting: number;
  inWork: number;
}

export interface LoadResult {
  plan: Plan;
  recorder: Recorder;
  jobs: FinishedJob[];
  /** The jobs before the run, which are not in its figures. */
  warmUp: FinishedJob[];
  queue: QueueSample[];
  emails: number;
  differentMp3s: number;
  faults: string[];
}

const { endpoint, outputs } = stack;
const sqs = new SQSClient({ ...awsConfig, useQueueUrlAsEndpoint: endpoint === undefined });

/** Runs the plan. Every failure is in the result's faults. */
export async function runLoad(plan: Plan): Promise<LoadResult> {
  if (!endpoint) throw new Error("This load is for an emulator on this machine.");
  const folder = await mkdtemp(join(tmpdir(), "tapedeck-load-"));
  const sampling = new AbortController();
  const recorder = new Recorder();
  const result: LoadResult = {
    plan,
    recorder,
    jobs: [],
    warmUp: [],
    queue: [],
    emails: 0,
    differentMp3s: 0,
    faults: [],
  };
  try {
    const source = await extractAudio(folder);
    const floorUrl = await deployFloor(endpoint);
    const users = await createUsers(plan.users);
    const mailbox = new LoadMailbox(endpoint);
    const polling = mailbox.poll(sampling.signal);
    const warm = users.slice(0, WARM_USERS);
    // This has its own recorder, because cold starts aren't measured.
    const unmeasured = { ...result, recorder: new Recorder(), queue: [] };
    await Promise.all(
      warm.map(async (user, index) => {
        const client = await signIn(user, unmeasured.recorder);
        const all = {
          index,
          plan,
          source,
          floorUrl,
          mailbox,
          now: () => 0,
          mp3s: new Set<string>(),
        };
        const own = { ...unmeasured, jobs: result.warmUp };
        await convertOnce(client, { ...all, email: user.email, result: own });
      }),
    );
    const begin = performance.now();
    const now = () => performance.now() - begin;
    const queue = sampleQueue(result.queue, now, sampling.signal);
    const mp3s = new Set<string>();
    await Promise.all(
      users.map(async (user, index) => {
        const rampMs = Math.min(RAMP_SECONDS, plan.seconds / 4) * 1000;
        await sleep((rampMs * index) / users.length);
        const { email } = user;
        await actAs(user, { index, email, plan, source, floorUrl, mailbox, now, mp3s, result });
      }),
    );
    result.differentMp3s = mp3s.size;
    await checkEnd(users, result);
    sampling.abort();
    await Promise.all([queue, polling]);
    result.faults.push(...recorder.faults);
    if (mp3s.size > 1) result.faults.push("The same audio track gave different MP3s.");
    return result;
  } finally {
    sampling.abort();
    sqs.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Extracts the sample's audio, as the page would. */
async function extractAudio(folder: string): Promise<ByteSource> {
  const path = join(folder, "arpeggio.m4a");
  const extraction = await writeSoundtrack(await FileSource.open(SAMPLE), path, {
    signal: AbortSignal.timeout(60_000),
    onFraction() {},
  });
  if (extraction.kind !== "extracted") throw new Error("The sample's audio can't be taken out.");
  return FileSource.open(path);
}

async function createUsers(count: number): Promise<TestUser[]> {
  const limit = pLimit(USERS_AT_ONCE);
  const users = Array.from({ length: count }, () => ({
    email: `load-${randomUUID()}@example.org`,
    password: randomBytes(15).toString("base64url"),
  }));
  await limit.map(users, (user) => invokeUsers({ action: "create", ...user }));
  return users;
}

interface Stage {
  index: number;
  email: string;
  plan: Plan;
  source: ByteSource;
  floorUrl: string;
  mailbox: LoadMailbox;
  now: () => number;
  mp3s: Set<string>;
  result: LoadResult;
}

/** Runs one user's rounds until the time is up. A round that fails is a fault, and the next one begins. */
async function actAs(user: TestUser, stage: Stage): Promise<void> {
  const { plan, now, result } = stage;
  let client: ApiClient | undefined;
  for (let round = 0; now() < plan.seconds * 1000; round++) {
    try {
      if (round % VIDEOS_PER_SESSION === 0) client = undefined;
      client ??= await signIn(user, result.recorder);
      await convertOnce(client, stage);
    } catch (error) {
      result.faults.push(`user ${stage.index}, round ${round}: ${String(error)}`);
    }
    await sleep(plan.pauseSeconds * 1000);
  }
}

async function signIn(user: TestUser, recorder: Recorder): Promise<ApiClient> {
  const session = createPasswordSession(apiUrl, user);
  await recorder.time("POST /login", () => session.getToken(undefined));
  return new TimedClient(apiUrl, session, recorder);
}

async function convertOnce(client: ApiClient, stage: Stage): Promise<void> {
  const { source, floorUrl, mailbox, now, mp3s, result } = stage;
  const { recorder } = result;
  const signal = AbortSignal.timeout((stage.plan.seconds + DRAIN_SECONDS) * 1000);
  await recorder.time("an empty Lambda", () => fetchOk(floorUrl, signal));
  const jobId = await sendSource(
    client,
    timeTransport(createNodeTransport(), recorder),
    {
      fileName: "arpeggio.m4a",
      contentType: "audio/mp4",
      options: { quality: "v2" },
      source,
      known: undefined,
    },
    { signal, remember() {}, show() {} },
  );
  const sentAt = now();
  const job = await watchJob(client, jobId, signal, () => {});
  result.jobs.push({ user: stage.index, waitMs: now() - sentAt, finishedAtMs: now() });
  if (job.state !== "completed") throw new Error(`The job ended as ${job.state}.`);
  await client.listJobs({ limit: 20 }, signal);
  const { url, sizeBytes } = await client.readDownload(jobId, signal);
  const mp3 = await recorder.time("GET the MP3 (S3)", () => fetchOk(url, signal));
  if (mp3.length !== sizeBytes) throw new Error(`${mp3.length} of ${sizeBytes} bytes of MP3.`);
  mp3s.add(createHash("sha256").update(mp3).digest("hex"));
  // If a job was deleted before, no email is sent.
  await mailbox.awaitNext(stage.email, signal);
  await client.deleteJob(jobId, signal);
}

async function fetchOk(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`HTTP ${response.status} from ${new URL(url).pathname}`);
  return response.bytes();
}

/** Records the video queue's depth every second. */
async function sampleQueue(
  samples: QueueSample[],
  now: () => number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const [waiting, inWork] = await readDepth(outputs.VideoQueueUrl);
    samples.push({ atMs: now(), waiting, inWork });
    await sleep(1000, undefined, { signal }).catch(() => {});
  }
}

async function readDepth(queueUrl: string): Promise<[waiting: number, inWork: number]> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return [
    Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  ];
}

/** Checks that each finished job has one email, and that nothing is left in a queue or was given up. */
async function checkEnd(users: TestUser[], result: LoadResult): Promise<void> {
  const { faults } = result;
  const jobs = [...result.warmUp, ...result.jobs];
  const queues = [
    outputs.VideoQueueUrl,
    outputs.VideoDlqUrl,
    outputs.Mp3QueueUrl,
    outputs.Mp3DlqUrl,
    outputs.ParkedVideosUrl,
    outputs.ParkedEmailsUrl,
  ];
  for (const url of result.plan.isShared ? [] : queues) {
    const isEmpty = async () => ((await readDepth(url)).some((n) => n > 0) ? undefined : true);
    await eventually(isEmpty, DRAIN_SECONDS).catch(() =>
      faults.push(`${url.split("/").at(-1)} isn't empty at the end.`),
    );
  }
  const emails = await readMailbox(endpoint ?? "");
  for (const [index, { email }] of users.entries()) {
    const sent = emails.filter(({ to }) => to.includes(email)).length;
    const done = jobs.filter(({ user }) => user === index).length;
    result.emails += sent;
    if (sent !== done) faults.push(`user ${index} has ${done} finished jobs and ${sent} emails.`);
  }
}
