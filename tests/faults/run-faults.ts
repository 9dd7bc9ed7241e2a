import { createHash, randomBytes, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import pRetry from "p-retry";
import { ApiClient } from "../../client/api-client.ts";
import { createPasswordSession } from "../../client/node/password-session.ts";
import type { FailureCode, Quality } from "../../contract/conversion.ts";
import { invokeFunction } from "../../deployed/invoke-function.ts";
import { emulatorConfig } from "../../deployed/stack.ts";
import { Job, resultKey, sourceKey } from "../../functions/storage/job.ts";
import { makeTicking } from "../media/make-signal.ts";
import { createRandom } from "../media/random.ts";
import { findConverters, killHard } from "./processes.ts";
import { type StackUnderFaults, startStackUnderFaults } from "./stack-under-faults.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** The share of the calls between functions and the emulator that meet a fault. */
const HARMED_SHARE = 0.04;
/** The longest pause between two kills, restarts or doubled events. */
const MAX_PAUSE_MILLISECONDS = 1500;
/** Says only when to give up on a broken stack. */
const PATIENCE_SECONDS = 900;

export interface FaultReport {
  jobs: number;
  outcomes: Record<string, number>;
  faults: Record<string, number>;
  calls: number;
  seconds: number;
  /**
   * One sentence for each: a job that hasn't ended, differs from the undisturbed one, has no email
   * …
   */
  defects: string[];
  /** Emails beyond the first for a job, and how many SES took without being able to confirm it. */
  duplicateEmails: number;
  unconfirmedEmails: number;
}

interface Clip {
  name: string;
  bytes: Buffer;
  quality: Quality;
  /** The failure without faults, if there is one. */
  failure?: FailureCode;
  /** The digest of the MP3 without faults. */
  sha256?: string;
}

interface Upload {
  clip: Clip;
  email: string;
  owner: string;
  jobId: string;
}

interface FaultOptions {
  seed: number;
  jobs: number;
  hurry: number;
  restarts: boolean;
  say: (sentence: string) => void;
}

/**
 * Converts `jobs` videos while their workers are killed, calls fail, messages are sent twice and
 * servers restart. Then checks that each has ended once, with one email. The seed decides what goes
 * wrong, and the machine's own timing decides where.
 */
export async function runFaults(options: FaultOptions): Promise<FaultReport> {
  const random = createRandom(options.seed);
  const stack = await startStackUnderFaults({ pick: random, hurry: options.hurry });
  try {
    return await new FaultRun(stack, random, options).run();
  } finally {
    await stack.stop();
  }
}

class FaultRun {
  readonly #stack: StackUnderFaults;
  readonly #random: () => number;
  readonly #options: FaultOptions;
  readonly #s3: S3Client;
  readonly #sqs: SQSClient;
  readonly #faults: Record<string, number> = {};
  readonly #uploads: Upload[] = [];
  readonly #defects: string[] = [];
  #isOver = false;

  constructor(stack: StackUnderFaults, random: () => number, options: FaultOptions) {
    this.#stack = stack;
    this.#random = random;
    this.#options = options;
    const config = emulatorConfig(stack.endpoint);
    this.#s3 = new S3Client({ ...config, forcePathStyle: true });
    this.#sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: false });
  }

  async run(): Promise<FaultReport> {
    const { jobs, say } = this.#options;
    const { proxy } = this.#stack;
    const startedAt = Date.now();
    const clips = await makeClips();
    say("Converting each kind of file undisturbed");
    await Promise.all(clips.map((clip) => this.#measureUndisturbed(clip)));

    say(`Converting ${jobs} files, disturbed`);
    proxy.harm(HARMED_SHARE);
    const harming = this.#doHarm();
    for (let index = 0; index < jobs; index++) {
      const clip = clips[Math.floor(this.#random() * clips.length)];
      if (clip) this.#uploads.push(await persist(() => this.#upload(clip)));
    }
    await this.#awaitEnds();
    this.#isOver = true;
    await harming;
    proxy.harm(0);
    await this.#awaitQuiet();

    say("Looking at what is left");
    const outcomes = await this.#checkJobs();
    const duplicateEmails = await this.#checkEmails();
    await this.#checkObjects();
    for (const [fault, count] of proxy.counts) this.#faults[`call ${fault}`] = count;
    return {
      jobs,
      outcomes,
      faults: this.#faults,
      calls: proxy.calls,
      seconds: Math.round((Date.now() - startedAt) / 1000),
      defects: this.#defects,
      duplicateEmails,
      unconfirmedEmails: proxy.unconfirmedEmails,
    };
  }

  /** Each file has its own user, so that an email's address shows its job. */
  async #upload(clip: Clip): Promise<Upload> {
    const { endpoint, outputs } = this.#stack;
    const email = `user-${randomUUID()}@example.org`;
    const password = randomBytes(15).toString("base64url");
    await invokeFunction(emulatorConfig(endpoint), outputs.UsersFunctionName, {
      action: "create",
      role: "user",
      email,
      password,
    });
    const session = createPasswordSession(outputs.ApiUrl, { email, password });
    const client = new ApiClient(outputs.ApiUrl, session);
    const { jobId, upload } = await client.createUpload({
      fileName: clip.name,
      sizeBytes: clip.bytes.length,
      contentType: "video/mp4",
      options: { quality: clip.quality },
    });
    if (upload.kind !== "single") throw new Error("The file is too large for one request.");
    const { method, headers, url } = upload;
    const owner = new URL(url).pathname.split("/").at(-2) ?? "";
    await persist(async () => {
      const answer = await fetch(url, { method, headers, body: Uint8Array.from(clip.bytes) });
      if (!answer.ok) throw new Error(`S3 answered ${answer.status}.`);
    });
    return { clip, email, owner, jobId };
  }

  async #measureUndisturbed(clip: Clip): Promise<void> {
    const upload = await this.#upload(clip);
    const deadline = Date.now() + 120_000;
    while (!isEnded(await this.#readJob(upload))) {
      if (Date.now() > deadline) throw new Error(`${clip.name} isn't converted, undisturbed.`);
      await sleep(100);
    }
    const job = await this.#readJob(upload);
    if (job?.failure?.code !== clip.failure) {
      const { message = "" } = job?.lastError ?? {};
      throw new Error(`${clip.name} ends with ${job?.failure?.code}, undisturbed. ${message}`);
    }
    if (job?.state === "completed") clip.sha256 = await this.#hashResult(upload);
    // Its email and objects are checked like the others'.
    this.#uploads.push(upload);
  }

  async #doHarm(): Promise<void> {
    const { stateDir, converterName } = this.#stack;
    let restarts = 0;
    while (!this.#isOver) {
      await sleep(this.#random() * MAX_PAUSE_MILLISECONDS);
      const kind = this.#random();
      if (kind < 0.5) {
        const { workers, ffmpegs } = await findConverters(stateDir, converterName);
        const [victims, fault] =
          kind < 0.42 ? [ffmpegs, "ffmpeg killed"] : [workers, "converter killed"];
        const victim = victims[Math.floor(this.#random() * victims.length)];
        if (victim !== undefined && killHard(victim)) this.#count(fault);
      } else if (kind < 0.65) {
        await this.#doubleEvent().catch(() => {});
      } else if (kind > 0.93 && this.#options.restarts && restarts < 6) {
        restarts += 1;
        const which = restarts % 2 === 0 ? "restartEmulator" : "restartDatabase";
        await this.#stack[which]();
        this.#count(which === "restartEmulator" ? "emulator restarted" : "PostgreSQL restarted");
      }
    }
  }

  async #doubleEvent(): Promise<void> {
    const upload = this.#uploads[Math.floor(this.#random() * this.#uploads.length)];
    if (!upload) return;
    const key = sourceKey(upload.owner, upload.jobId);
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#stack.outputs.VideoQueueUrl,
        MessageBody: JSON.stringify({ Records: [{ s3: { object: { key } } }] }),
      }),
    );
    this.#count("S3 event doubled");
  }

  #count(fault: string): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
  }

  async #awaitEnds(): Promise<void> {
    const deadline = Date.now() + PATIENCE_SECONDS * 1000;
    let open = this.#uploads;
    while (open.length > 0 && Date.now() < deadline) {
      await sleep(500);
      const jobs = await Promise.all(
        open.map((upload) => this.#readJob(upload).catch(() => undefined)),
      );
      open = open.filter((_upload, index) => !isEnded(jobs[index]));
    }
  }

  /** Waits until the only messages in the queues are parked ones. */
  async #awaitQuiet(): Promise<void> {
    const { VideoQueueUrl, VideoDlqUrl, Mp3QueueUrl } = this.#stack.outputs;
    const deadline = Date.now() + PATIENCE_SECONDS * 1000;
    for (;;) {
      const counts = await Promise.all(
        [VideoQueueUrl, VideoDlqUrl, Mp3QueueUrl].map((url) => this.#countMessages(url)),
      );
      if (counts.every((count) => count === 0)) return;
      if (Date.now() > deadline) {
        this.#defects.push(`Messages are left: ${counts.join(", ")}.`);
        return;
      }
      await sleep(500);
    }
  }

  async #countMessages(QueueUrl: string): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    return (
      Number(Attributes.ApproximateNumberOfMessages) +
      Number(Attributes.ApproximateNumberOfMessagesNotVisible) +
      Number(Attributes.ApproximateNumberOfMessagesDelayed)
    );
  }

  async #checkJobs(): Promise<Record<string, number>> {
    const outcomes: Record<string, number> = {};
    let givenUp = 0;
    for (const upload of this.#uploads) {
      const { clip, jobId } = upload;
      const job = await this.#readJob(upload);
      const outcome = job?.failure?.code ?? job?.state ?? "no record";
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (outcome === "internal") {
        givenUp += 1;
      } else if (outcome !== (clip.failure ?? "completed")) {
        this.#defects.push(`${jobId} (${clip.name}) ended as ${outcome}.`);
      } else if (job?.state === "completed" && (await this.#hashResult(upload)) !== clip.sha256) {
        this.#defects.push(`${jobId}: its MP3 isn't the one of an undisturbed run.`);
      }
    }
    const parked = await this.#countMessages(this.#stack.outputs.ParkedVideosUrl);
    if (parked < givenUp) this.#defects.push(`${givenUp} were given up, ${parked} are parked.`);
    const unsent = await this.#countMessages(this.#stack.outputs.Mp3DlqUrl);
    if (unsent > 0) outcomes["emails given up"] = unsent;
    return outcomes;
  }

  /** @returns how many emails there are beyond one for each job. */
  async #checkEmails(): Promise<number> {
    const { emails } = this.#stack.proxy;
    const unsent = await this.#countMessages(this.#stack.outputs.Mp3DlqUrl);
    let missing = 0;
    let duplicates = 0;
    for (const { email } of this.#uploads) {
      const count = emails.filter((to) => to.includes(email)).length;
      if (count === 0) missing += 1;
      duplicates += Math.max(0, count - 1);
    }
    if (missing > unsent) this.#defects.push(`${missing} jobs ended without an email.`);
    if (emails.some((to) => to.length !== 1)) {
      this.#defects.push("An email has more than one recipient.");
    }
    return duplicates;
  }

  async #checkObjects(): Promise<void> {
    const { SourceBucketName, ResultBucketName } = this.#stack.outputs;
    for (const Bucket of [SourceBucketName, ResultBucketName]) {
      const { Uploads = [] } = await this.#s3.send(new ListMultipartUploadsCommand({ Bucket }));
      for (const { Key } of Uploads) {
        this.#defects.push(`An unfinished multipart upload is left: ${Key}.`);
      }
    }
    const jobs = await Promise.all(this.#uploads.map((upload) => this.#readJob(upload)));
    const completed = jobs.filter((job) => job?.state === "completed");
    const wanted = new Set(completed.map((job) => job && resultKey(job.owner, job.jobId)));
    for (const key of await this.#listKeys(ResultBucketName, "results/")) {
      if (!wanted.has(key)) this.#defects.push(`An MP3 belongs to no completed job: ${key}.`);
    }
    for (const { owner, jobId } of this.#uploads) {
      const Key = sourceKey(owner, jobId);
      const job = jobs.find((candidate) => candidate?.jobId === jobId);
      const { TagSet = [] } = await this.#s3.send(
        new GetObjectTaggingCommand({ Bucket: SourceBucketName, Key }),
      );
      const mayGo = TagSet.some(({ Value }) => Value === "finished");
      if (mayGo !== (job?.failure?.code !== "internal")) {
        this.#defects.push(`The source of ${jobId} is ${mayGo ? "" : "not "}marked as finished.`);
      }
    }
  }

  async #listKeys(Bucket: string, Prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.#s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return Contents.map(({ Key = "" }) => Key);
  }

  async #readJob({ owner, jobId }: Upload): Promise<Job | undefined> {
    const text = await this.#readObject(`jobs/${owner}/${jobId}.json`);
    return Job.parse(JSON.parse(text.toString()));
  }

  async #hashResult({ owner, jobId }: Upload): Promise<string> {
    const mp3 = await this.#readObject(resultKey(owner, jobId));
    return createHash("sha256").update(mp3).digest("hex");
  }

  async #readObject(Key: string): Promise<Buffer> {
    const { Body } = await this.#s3.send(
      new GetObjectCommand({ Bucket: this.#stack.outputs.ResultBucketName, Key }),
    );
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  }
}

const isEnded = (job: Job | undefined) => job?.state === "completed" || job?.state === "failed";

/** Makes short files, one whose MP3 is uploaded in parts, and two that can't be converted. */
async function makeClips(): Promise<Clip[]> {
  const sample = await readFile(join(ROOT, "localstack/sample/arpeggio.mp4"));
  const silent = await readFile(join(ROOT, "tests/media/silent.mp4"));
  const sampleRate = 44_100;
  const long = makeTicking({
    sampleRate,
    channels: 1,
    samples: 300 * sampleRate,
    clickSamples: sampleRate,
  });
  return [
    { name: "arpeggio.mp4", bytes: sample, quality: "v2" },
    { name: "arpeggio-128.mp4", bytes: sample, quality: "128" },
    { name: "long.wav", bytes: long, quality: "320" },
    { name: "silent.mp4", bytes: silent, quality: "v2", failure: "no-audio-track" },
    {
      name: "text.mp4",
      bytes: Buffer.from("no video ".repeat(999)),
      quality: "v2",
      failure: "not-media",
    },
  ];
}

/** Returns a client that tries again, as people do, while servers restart and calls fail. */
const persist = <T>(step: () => Promise<T>): Promise<T> =>
  pRetry(step, { retries: 29, factor: 1, minTimeout: 500 });
