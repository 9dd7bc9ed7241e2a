import { isFinished } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { SpeedMeter } from "../../../client/speed.ts";
import { watchJob } from "../../../client/watch-job.ts";
import { createJobId } from "../../../contract/job-id.ts";
import { announce } from "../announce.ts";
import { notify } from "../notify.ts";
import { soundtrackName } from "../soundtrack/messages.ts";
import { readSoundtrackOf } from "../soundtrack/soundtrack.ts";
import { deleteSoundtrack, readSoundtrack } from "../soundtrack/store.ts";
import { say } from "../texts/current.ts";
import { pauseWhileHidden } from "./pause-while-hidden.ts";
import type { TransferRecord, TransferRecords } from "./records.ts";
import { type Body, convertSourceAgain, sendRecord } from "./send-record.ts";
import { createSlots } from "./slots.ts";
import { holdInThisTab } from "./tab-lock.ts";
import type { TransferEffect, TransferEvent } from "./transfer-state.ts";

/** A conversion's share is measured in millionths, to show the time left. */
const MILLION = 1_000_000;

/** More files at a time would only make each one slower. */
const uploadSlots = createSlots(3);

/** The transfer for which effects are performed. */
interface Subject {
  readonly id: string;
  readonly record: TransferRecord;
  readonly file: File | undefined;
  /** A picture for the MP3. */
  readonly picture: Blob | undefined;
  dispatch(event: TransferEvent): void;
  showConversionTimeLeft(seconds: number | undefined): void;
}

/** Does what the state machine of one transfer asks for: reads, sends, stores, watches. */
export class EffectPerformer {
  readonly #subject: Subject;
  readonly #api: ApiClient;
  readonly #records: TransferRecords;
  readonly #signal: AbortSignal;
  #isHeld = false;
  #upload = new AbortController();
  /** Settles once it is known whether the last request for a job made one. */
  making: Promise<void> = Promise.resolve();
  readonly #conversionSpeed = new SpeedMeter();

  /** @param signal ends everything that is under way. */
  constructor(subject: Subject, api: ApiClient, records: TransferRecords, signal: AbortSignal) {
    this.#subject = subject;
    this.#api = api;
    this.#records = records;
    this.#signal = signal;
  }

  /** Sends this file next, before all others that wait. */
  sendNext() {
    uploadSlots.promote(this.#subject.id);
  }

  /** Throws what keeps the transfer from going on. */
  async perform(effect: TransferEffect): Promise<void> {
    switch (effect.type) {
      case "hold":
        return this.#hold();
      case "save":
        return this.#records.save(this.#subject.record);
      case "forget":
        return this.#records.delete(this.#subject.id);
      case "read-soundtrack":
        return this.#readSoundtrack();
      case "find-stored-soundtrack": {
        const isThere = (await this.#findStored()) !== undefined;
        return this.#subject.dispatch({ type: "stored-soundtrack", isThere });
      }
      case "drop-soundtrack":
        return this.dropSoundtrack();
      case "upload":
        return this.#send(effect.body);
      case "stop-upload":
        return this.#upload.abort();
      case "watch":
        return this.#watch(effect.jobId);
      case "discard-job":
        return this.#api.discardJob(effect.jobId);
      case "announce":
        return announce(effect.text);
      case "notify":
        return notify(
          say(({ converting }) =>
            effect.job.state === "completed" ? converting.readyTitle : converting.failedTitle,
          ),
          say(effect.text),
          effect.job.jobId,
        );
    }
  }

  async #hold() {
    if (this.#isHeld) return;
    const onBusy = () => this.#subject.dispatch({ type: "lock-busy" });
    await holdInThisTab(this.#subject.id, this.#signal, onBusy);
    this.#isHeld = true;
    this.#subject.dispatch({ type: "lock-held" });
  }

  async #readSoundtrack() {
    const file = this.#subject.file;
    const { audioTrack, rightTrack } = this.#subject.record;
    // A soundtrack has one track.
    const isOfTwo = rightTrack !== undefined;
    if (file === undefined || file.type.startsWith("audio/") || isOfTwo) {
      const soundtrack = { kind: "unavailable", reason: "no-gain" } as const;
      return this.#subject.dispatch({ type: "soundtrack-read", soundtrack });
    }
    const isWanted = () =>
      this.#subject.record.audioTrack === audioTrack &&
      this.#subject.record.rightTrack === undefined;
    const soundtrack = await readSoundtrackOf(file, soundtrackName(this.#subject.id), {
      signal: this.#signal,
      onFraction: (fraction) => {
        if (isWanted()) this.#subject.dispatch({ type: "soundtrack-progress", fraction });
      },
      audioTrack,
    });
    // Another track may have been chosen meanwhile, which is read next.
    if (isWanted()) this.#subject.dispatch({ type: "soundtrack-read", soundtrack });
  }

  async #findStored(): Promise<File | undefined> {
    const { soundtrack } = this.#subject.record;
    return soundtrack && readSoundtrack(soundtrack.storeName, soundtrack.sizeBytes);
  }

  /** Sends once it is this file's turn. Returns without an error if the upload is paused. */
  async #send(body: Body["kind"]) {
    this.#upload = new AbortController();
    const paused = this.#upload.signal;
    const signal = AbortSignal.any([this.#signal, paused]);
    try {
      await uploadSlots.run(this.#subject.id, signal, () => this.#uploadNow(body, signal));
    } catch (error) {
      if (!paused.aborted) throw error;
    }
  }

  async #uploadNow(kind: Body["kind"], signal: AbortSignal) {
    const { record } = this.#subject;
    const cover = this.#subject.picture;
    if (record.again !== undefined) return this.#convertAgain(record.again, cover, signal);
    const blob = kind === "file" ? this.#subject.file : await this.#findStored();
    if (blob === undefined) {
      return this.#subject.dispatch({ type: "stored-soundtrack", isThere: false });
    }
    const jobId = await sendRecord(this.#api, record, { kind, blob }, cover, {
      signal,
      remember: (upload) => this.#subject.dispatch({ type: "job-opened", upload }),
      show: (sending) => this.#subject.dispatch({ type: "upload-progress", sending }),
    });
    this.#subject.dispatch({ type: "uploaded", jobId });
  }

  /** Chooses and saves the job's id first, so that neither a lost answer nor a refresh makes a second job. */
  async #convertAgain(earlierJobId: string, cover: Blob | undefined, signal: AbortSignal) {
    const jobId = this.#subject.record.job?.jobId ?? createJobId();
    this.#subject.dispatch({ type: "job-opened", upload: { jobId } });
    const { record } = this.#subject;
    this.making = convertSourceAgain(this.#api, earlierJobId, record, cover, signal);
    await this.making;
    this.#subject.dispatch({ type: "uploaded", jobId });
  }

  async #watch(jobId: string) {
    const signal = this.#signal;
    const onJob = (job: Awaited<ReturnType<typeof watchJob>>) => {
      if (isFinished(job)) return;
      const share = (job.progress?.fraction ?? 0) * MILLION;
      const speed = this.#conversionSpeed.measure(share, MILLION, performance.now());
      this.#subject.showConversionTimeLeft(speed.secondsLeft);
      this.#subject.dispatch({ type: "job-seen", job });
    };
    const job = await watchJob(this.#api, jobId, signal, onJob, pauseWhileHidden);
    this.#subject.dispatch({ type: "job-finished", job });
    // This spares the user an email. If it fails, the email comes.
    if (!document.hidden) await this.#api.markSeen(jobId, signal).catch(() => {});
  }

  dropSoundtrack() {
    return deleteSoundtrack(soundtrackName(this.#subject.id));
  }
}
