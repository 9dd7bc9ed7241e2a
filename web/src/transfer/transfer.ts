import { computed, signal } from "@preact/signals";
import { isFinished } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import { FILES_AT_ONCE } from "../../../client/send.ts";
import type { AudioTrackFacts } from "../../../client/soundtrack/list-tracks.ts";
import { SpeedMeter } from "../../../client/speed.ts";
import { watchJob } from "../../../client/watch-job.ts";
import { announce } from "../announce.ts";
import { notify } from "../notify.ts";
import { soundtrackName } from "../soundtrack/messages.ts";
import { listTracksOf, readSoundtrackOf } from "../soundtrack/soundtrack.ts";
import { deleteSoundtrack, readSoundtrack } from "../soundtrack/store.ts";
import { say } from "../texts/current.ts";
import { describeError, isUnreadable } from "../texts/describe.ts";
import { keepHandle, openKept } from "./file-handles.ts";
import {
  open,
  reduce,
  type Step,
  type TransferEffect,
  type TransferEvent,
  type TransferState,
} from "./machine.ts";
import { findOptionsFault } from "./options.ts";
import { pauseWhileHidden } from "./pause-while-hidden.ts";
import type { DraftOptions, TransferRecord, TransferRecords } from "./records.ts";
import { type Body, convertSourceAgain, sendRecord } from "./send-record.ts";
import { createSlots } from "./slots.ts";
import { holdInThisTab } from "./tab-lock.ts";

/** A conversion's share is measured in millionths, to show the time left. */
const MILLION = 1_000_000;

const uploadSlots = createSlots(FILES_AT_ONCE);

/** Carries one file from the disk to its MP3: runs what the state machine asks for. */
export class Transfer {
  readonly id: string;
  readonly state;
  readonly isDraft = computed(() => this.state.value.phase.kind === "draft");
  /** Whether the job has ended, with an MP3 or without. */
  readonly isOver = computed(() => {
    const { job, phase } = this.state.value;
    return phase.kind === "sent" && job !== undefined && isFinished(job);
  });
  /** Whether it can't continue until the user does something. */
  readonly needsSomebody = computed(() => {
    const { job, phase } = this.state.value;
    return ["needs-file", "stopped"].includes(phase.kind) || job?.state === "failed";
  });
  /**
   * The length of a file without an extracted soundtrack, measured while its waveform was drawn.
   */
  readonly measuredSeconds = signal<number | undefined>(undefined);
  /** How long the recording is; undefined until its audio has been read. */
  readonly recordingSeconds = computed(() => {
    const { soundtrack } = this.state.value;
    if (soundtrack.kind === "extracted") return soundtrack.durationSeconds;
    return this.measuredSeconds.value;
  });
  /** About how long the conversion will still take; undefined while nothing is known. */
  readonly conversionSecondsLeft = signal<number | undefined>(undefined);
  /** What is wrong with the options. */
  readonly fault = computed(() => {
    const { start, end } = this.state.value.record;
    return findOptionsFault(start, end);
  });

  /** Whether it was tried before, so that other options may help. */
  wasTried = false;
  /** Whether the browser can open the file again once the user agrees. */
  readonly canReopen = signal(false);
  /** A picture for the MP3; not kept over a refresh. */
  readonly cover = signal<Blob | undefined>(undefined);
  /** The file's audio tracks; undefined until somebody asked for them. */
  readonly tracks = signal<readonly AudioTrackFacts[] | undefined>(undefined);
  readonly #api: ApiClient;
  readonly #records: TransferRecords;
  readonly #abort = new AbortController();
  #file: File | undefined;
  #isHeld = false;
  #upload = new AbortController();
  readonly #conversionSpeed = new SpeedMeter();

  constructor(api: ApiClient, records: TransferRecords, record: TransferRecord, file?: File) {
    this.#api = api;
    this.#records = records;
    this.#file = file;
    this.id = record.id;
    if (file) void keepHandle(this.id, file);
    // Converting a source again needs no file.
    const first = open(record, file !== undefined || record.again !== undefined);
    this.state = signal<TransferState>(first.state);
    // The list shows the row before its effects change it.
    queueMicrotask(() => this.#apply(first));
  }

  /** The chosen file; undefined after a refresh. */
  get file() {
    return this.#file;
  }

  get record() {
    return this.state.peek().record;
  }

  /**
   * Takes the file again after a refresh, from the handle that the browser may have kept.
   *
   * @param asks whether the user may be asked for permission, which needs a click.
   * @returns whether the file could be opened.
   */
  async reopen(asks: boolean): Promise<boolean> {
    const kept = await openKept(this.id, this.record.fingerprint, asks);
    this.canReopen.value = kept === "ask";
    if (!(kept instanceof File) || this.#file !== undefined) return false;
    this.attach(kept);
    return true;
  }

  /** The user has chosen the file again after a refresh. */
  attach(file: File) {
    this.#file = file;
    void keepHandle(this.id, file);
    this.#dispatch({ type: "file-attached" });
  }

  /** Finds something to play: the extracted soundtrack, or the file itself if it is audio. */
  async findAudio(): Promise<Blob | undefined> {
    const { soundtrack } = this.state.peek();
    if (soundtrack.kind === "extracted") {
      return readSoundtrack(soundtrackName(this.id), soundtrack.sizeBytes);
    }
    return this.#file?.type.startsWith("audio/") ? this.#file : undefined;
  }

  /** Lists the audio tracks of the chosen file, once. */
  async findTracks() {
    const file = this.#file;
    if (this.tracks.peek() !== undefined || file === undefined) return;
    this.tracks.value = await listTracksOf(file, this.#abort.signal);
  }

  changeOptions(change: Partial<DraftOptions>) {
    this.#dispatch({ type: "options-changed", change });
  }

  /** Sends the file with the present options. Does nothing while they are invalid. */
  send() {
    if (this.fault.peek() === undefined) this.#dispatch({ type: "send" });
  }

  /** Continues after a fault. After a failed conversion the options can be changed. */
  again() {
    this.wasTried = true;
    this.#dispatch({ type: "again" });
  }

  /** Converts what is left of an incomplete file. */
  convertIncomplete() {
    this.again();
    this.changeOptions({ acceptIncomplete: true });
    this.send();
  }

  /** Stops sending until {@link resume}; what has arrived is kept. */
  pause() {
    this.#dispatch({ type: "pause" });
  }

  /** Sends this file next, before all others that wait. */
  sendNext() {
    uploadSlots.promote(this.id);
  }

  resume() {
    this.#dispatch({ type: "resume" });
  }

  /** Stops without forgetting: the same person can continue later. */
  suspend() {
    this.#abort.abort();
  }

  /** Stops, and deletes everything here and in S3. Throws if the API can't be reached. */
  async discard() {
    this.#abort.abort();
    const { jobId } = this.record.job ?? {};
    // Only the tab that runs a transfer may end it.
    if (this.state.peek().phase.kind === "elsewhere") return;
    this.#records.delete(this.id);
    await this.#dropSoundtrack();
    if (jobId !== undefined) await this.#api.discardJob(jobId);
  }

  #dispatch(event: TransferEvent) {
    if (!this.#abort.signal.aborted) this.#apply(reduce(this.state.peek(), event));
  }

  #apply({ state, effects }: Step) {
    if (this.#abort.signal.aborted) return;
    this.state.value = state;
    for (const effect of effects) {
      this.#perform(effect).catch((error: unknown) => {
        const sentence = describeError(error);
        if (isUnreadable(error)) this.#file = undefined;
        this.#dispatch({ type: "failed", sentence, isUnreadable: isUnreadable(error) });
      });
    }
  }

  async #perform(effect: TransferEffect): Promise<void> {
    switch (effect.type) {
      case "hold":
        return this.#hold();
      case "save":
        return this.#records.save(this.record);
      case "forget":
        return this.#records.delete(this.id);
      case "read-soundtrack":
        return this.#readSoundtrack();
      case "find-stored-soundtrack": {
        const isThere = (await this.#findStored()) !== undefined;
        return this.#dispatch({ type: "stored-soundtrack", isThere });
      }
      case "drop-soundtrack":
        return this.#dropSoundtrack();
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
    const onBusy = () => this.#dispatch({ type: "lock-busy" });
    await holdInThisTab(this.id, this.#abort.signal, onBusy);
    this.#isHeld = true;
    this.#dispatch({ type: "lock-held" });
  }

  async #readSoundtrack() {
    const file = this.#file;
    if (file === undefined || file.type.startsWith("audio/")) {
      const soundtrack = { kind: "unavailable", reason: "no-gain" } as const;
      return this.#dispatch({ type: "soundtrack-read", soundtrack });
    }
    const { audioTrack } = this.record;
    const isWanted = () => this.record.audioTrack === audioTrack;
    const soundtrack = await readSoundtrackOf(file, soundtrackName(this.id), {
      signal: this.#abort.signal,
      onFraction: (fraction) => {
        if (isWanted()) this.#dispatch({ type: "soundtrack-progress", fraction });
      },
      audioTrack,
    });
    // Another track may have been chosen meanwhile, which is read next.
    if (isWanted()) this.#dispatch({ type: "soundtrack-read", soundtrack });
  }

  async #findStored(): Promise<File | undefined> {
    const { soundtrack } = this.record;
    return soundtrack && readSoundtrack(soundtrack.storeName, soundtrack.sizeBytes);
  }

  /** Sends once it is this file's turn. Returns without an error if the upload is paused. */
  async #send(body: Body["kind"]) {
    this.#upload = new AbortController();
    const paused = this.#upload.signal;
    const signal = AbortSignal.any([this.#abort.signal, paused]);
    try {
      await uploadSlots.run(this.id, signal, () => this.#uploadNow(body, signal));
    } catch (error) {
      if (!paused.aborted) throw error;
    }
  }

  async #uploadNow(kind: Body["kind"], signal: AbortSignal) {
    const { record } = this;
    const cover = this.cover.peek();
    if (record.again !== undefined) {
      const jobId = await convertSourceAgain(this.#api, record.again, record, cover, signal);
      this.#dispatch({ type: "job-opened", upload: { jobId } });
      return this.#dispatch({ type: "uploaded", jobId });
    }
    const blob = kind === "file" ? this.#file : await this.#findStored();
    if (blob === undefined) {
      return this.#dispatch({ type: "stored-soundtrack", isThere: false });
    }
    const jobId = await sendRecord(this.#api, record, { kind, blob }, cover, {
      signal,
      remember: (upload) => this.#dispatch({ type: "job-opened", upload }),
      show: (sending) => this.#dispatch({ type: "upload-progress", sending }),
    });
    this.#dispatch({ type: "uploaded", jobId });
  }

  async #watch(jobId: string) {
    const { signal } = this.#abort;
    const onJob = (job: Awaited<ReturnType<typeof watchJob>>) => {
      if (isFinished(job)) return;
      const share = (job.progress?.fraction ?? 0) * MILLION;
      const speed = this.#conversionSpeed.measure(share, MILLION, performance.now());
      this.conversionSecondsLeft.value = speed.secondsLeft;
      this.#dispatch({ type: "job-seen", job });
    };
    const job = await watchJob(this.#api, jobId, signal, onJob, pauseWhileHidden);
    this.#dispatch({ type: "job-finished", job });
    // This spares the user an email. If it fails, the email comes.
    if (!document.hidden) await this.#api.markSeen(jobId, signal).catch(() => {});
  }

  #dropSoundtrack() {
    return deleteSoundtrack(soundtrackName(this.id));
  }
}
