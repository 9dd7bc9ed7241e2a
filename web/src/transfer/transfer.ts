import { signal } from "@preact/signals";
import { isFinished, type JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { createXhrTransport } from "../../../client/browser/xhr-transport.ts";
import { BlobSource } from "../../../client/byte-source.ts";
import { isWorthSendingWhole, sendSource } from "../../../client/send.ts";
import { watchJob } from "../../../client/watch-job.ts";
import { announce } from "../announce.ts";
import { notify } from "../notify.ts";
import { readSoundtrackOf, type Soundtrack } from "../soundtrack/soundtrack.ts";
import { deleteSoundtrack, readSoundtrack, soundtrackName } from "../soundtrack/store.ts";
import { describeError, isUnreadable } from "../text/sentences.ts";
import { OptionFields } from "./option-fields.ts";
import { readOptions } from "./options.ts";
import { pauseWhileHidden } from "./pause-while-hidden.ts";
import type { Phase, SoundtrackState } from "./phase.ts";
import type { TransferRecord, TransferRecords } from "./records.ts";
import { createSlots } from "./slots.ts";
import { holdInThisTab } from "./tab-lock.ts";

/** More files at once only make each slower. */
const uploadSlots = createSlots(3);

const sendByXhr = createXhrTransport();

/** What is sent: the file, or its soundtrack. */
interface Body {
  blob: Blob;
  contentType: string;
}

/** One file on its way from the disk to its MP3. */
export class Transfer {
  readonly phase = signal<Phase>({ kind: "draft" });
  readonly soundtrack = signal<SoundtrackState>({ kind: "unread" });
  readonly job = signal<JobView | undefined>(undefined);
  readonly options: OptionFields;
  readonly sendsWhole = signal(false);
  /** A line on something that was decided for the user. */
  readonly note = signal<string | undefined>(undefined);

  readonly #api: ApiClient;
  readonly #records: TransferRecords;
  #record: TransferRecord;
  #file: File | undefined;
  readonly #abort = new AbortController();
  #isHeld: Promise<boolean> | undefined;
  #isRunning = false;
  #reading: Promise<Soundtrack> | undefined;

  constructor(api: ApiClient, records: TransferRecords, record: TransferRecord, file?: File) {
    this.#api = api;
    this.#records = records;
    this.#record = record;
    this.#file = file;
    this.options = new OptionFields(record);
    this.sendsWhole.value = record.sendsWhole;
    if (record.stage === "sent") this.phase.value = { kind: "sent" };
    else if (file === undefined) this.phase.value = { kind: "needs-file" };
  }

  get id() {
    return this.#record.id;
  }
  get fingerprint() {
    return this.#record.fingerprint;
  }
  get fileName() {
    return this.#record.fileName;
  }
  get sizeBytes() {
    return this.#record.sizeBytes;
  }
  get jobId() {
    return this.#record.job?.jobId;
  }
  /** Begins to read the soundtrack, so that it is ready by the time the user has decided. */
  prepare() {
    void this.#hold();
    this.#save({ sendsWhole: this.sendsWhole.peek() });
    if (!this.sendsWhole.peek()) void this.#readSoundtrack().catch(() => {});
  }

  choosesWhole(sendsWhole: boolean) {
    this.sendsWhole.value = sendsWhole;
    this.#save({ sendsWhole });
    if (!sendsWhole) void this.#readSoundtrack().catch(() => {});
  }

  /** After a refresh: goes on as far as that needs no file. */
  async resume() {
    const { stage, soundtrack, job } = this.#record;
    if (stage !== "sent" && !(await this.#hold())) {
      this.phase.value = { kind: "elsewhere" };
      return;
    }
    if (stage === "draft") return;
    const stored = soundtrack && (await readSoundtrack(soundtrack.storeName, soundtrack.sizeBytes));
    if (stage === "sent" || (stored && job)) await this.#run();
  }

  /** The file that a refresh took away is here again. */
  async attach(file: File) {
    if (!(await this.#hold())) return;
    this.#file = file;
    if (this.#record.stage === "draft") {
      this.phase.value = { kind: "draft" };
      if (!this.sendsWhole.peek()) void this.#readSoundtrack().catch(() => {});
    } else void this.#run();
  }

  /** Sends the file with the options as they are; does nothing while these make no sense. */
  send() {
    if (this.options.fault.peek() !== undefined) return;
    this.#save({
      stage: "sending",
      ...this.options.peek(),
      sendsWhole: this.sendsWhole.peek(),
    });
    void this.#run();
  }

  /** Goes on after a fault, or begins a new job after a conversion that failed. */
  retry() {
    if (this.job.peek()?.state === "failed") this.#forgetJob();
    this.#save({ stage: "sending" });
    if (this.#file || this.#record.soundtrack) void this.#run();
    else this.phase.value = { kind: "needs-file" };
  }

  /** Stops without forgetting: the same person can go on later. */
  suspend() {
    this.#abort.abort();
  }

  /** Stops, and leaves nothing behind here or in S3. Throws when the API can't be told. */
  async discard() {
    this.#abort.abort();
    this.#records.delete(this.id);
    await this.#dropSoundtrack();
    const { jobId } = this;
    if (jobId === undefined) return;
    await this.#api.discardJob(jobId);
  }

  #hold() {
    this.#isHeld ??= holdInThisTab(this.id, this.#abort.signal);
    return this.#isHeld;
  }

  async #run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { signal } = this.#abort;
    try {
      await this.#sendAndWatch(signal);
    } catch (error) {
      if (signal.aborted) return;
      const sentence = describeError(error);
      if (isUnreadable(error)) this.#file = undefined;
      this.phase.value = { kind: "stopped", sentence };
      announce(`${this.fileName}: ${sentence}`);
    } finally {
      this.#isRunning = false;
    }
  }

  async #sendAndWatch(signal: AbortSignal) {
    if (this.#record.stage !== "sent") {
      const body = await this.#prepareBody(signal);
      if (body === undefined) {
        this.phase.value = { kind: "needs-file" };
        return;
      }
      this.phase.value = { kind: "waiting" };
      await uploadSlots(signal, () => this.#upload(body, signal));
      this.#save({ stage: "sent" });
      announce(`${this.fileName} is sent and will now be converted.`);
    }
    this.phase.value = { kind: "sent" };
    const { jobId } = this;
    if (jobId === undefined) return;
    const job = await watchJob(
      this.#api,
      jobId,
      signal,
      (seen) => {
        // A finished job is shown below, once it is sure that it stays that way.
        if (!isFinished(seen)) this.job.value = seen;
      },
      pauseWhileHidden,
    );
    await this.#finish(job, signal);
  }

  async #finish(job: JobView, signal: AbortSignal) {
    const wasSoundtrack = this.#record.soundtrack !== undefined;
    if (wasSoundtrack && this.#file && isWorthSendingWhole(job.failure?.code)) {
      await this.#api.discardJob(job.jobId);
      this.#forgetJob();
      await this.#dropSoundtrack();
      this.sendsWhole.value = true;
      this.note.value = "The soundtrack alone couldn’t be converted, so the whole video is sent.";
      this.#save({ stage: "sending", sendsWhole: true });
      return this.#sendAndWatch(signal);
    }
    this.job.value = job;
    this.#records.delete(this.id);
    await this.#dropSoundtrack();
    const text =
      job.state === "completed"
        ? `${this.fileName} is ready.`
        : `${this.fileName} couldn’t be converted. ${job.failure?.message ?? ""}`;
    announce(text);
    notify(job.state === "completed" ? "Your MP3 is ready" : "No MP3", text, job.jobId);
  }

  /** What is sent: the stored soundtrack, a fresh one, or the file. Undefined without a file. */
  async #prepareBody(signal: AbortSignal): Promise<Body | undefined> {
    const { soundtrack, job } = this.#record;
    if (soundtrack !== undefined) {
      const blob = await readSoundtrack(soundtrack.storeName, soundtrack.sizeBytes);
      if (blob) return { blob, contentType: soundtrack.contentType };
      // Another copy would not be this one byte for byte, so its parts can't be gone on with.
      this.#forgetJob();
      this.#save({ soundtrack: undefined });
    }
    const file = this.#file;
    if (file === undefined) return undefined;
    const whole = { blob: file, contentType: file.type || "application/octet-stream" };
    if (this.#record.sendsWhole || (job !== undefined && soundtrack === undefined)) return whole;
    this.phase.value = { kind: "reading" };
    const read = await Promise.race([this.#readSoundtrack(), rejectOnAbort(signal)]);
    if (read.kind !== "extracted") return whole;
    const { blob, contentType } = read;
    this.#save({
      soundtrack: { storeName: this.#storeName, sizeBytes: blob.size, contentType },
    });
    return { blob, contentType };
  }

  #upload(body: Body, signal: AbortSignal) {
    return sendSource(
      this.#api,
      sendByXhr,
      {
        fileName: this.fileName,
        contentType: body.contentType,
        options: readOptions(this.#record),
        source: new BlobSource(body.blob),
        known: this.#record.job,
      },
      {
        signal,
        remember: (job) => this.#save({ job }),
        show: (sending) => {
          this.phase.value = { kind: "uploading", ...sending };
        },
      },
    );
  }

  #readSoundtrack(): Promise<Soundtrack> {
    const file = this.#file;
    if (file === undefined || file.type.startsWith("audio/")) {
      return Promise.resolve({ kind: "unavailable", reason: "no-gain" });
    }
    this.#reading ??= readSoundtrackOf(file, this.#storeName, {
      signal: this.#abort.signal,
      onFraction: (fraction) => {
        this.soundtrack.value = { kind: "reading", fraction };
      },
    }).then((soundtrack) => {
      this.soundtrack.value = soundtrack;
      return soundtrack;
    });
    if (this.soundtrack.peek().kind === "unread") {
      this.soundtrack.value = { kind: "reading", fraction: 0 };
    }
    return this.#reading;
  }

  get #storeName() {
    return soundtrackName(this.id);
  }

  async #dropSoundtrack() {
    this.#record = { ...this.#record, soundtrack: undefined };
    this.#reading = undefined;
    await deleteSoundtrack(this.#storeName);
  }

  #forgetJob() {
    this.job.value = undefined;
    this.#save({ job: undefined });
  }

  #save(change: Partial<TransferRecord>) {
    this.#record = { ...this.#record, ...change };
    this.#records.save(this.#record);
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
