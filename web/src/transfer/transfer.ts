import { computed, signal } from "@preact/signals";
import { isFinished } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import type { AudioTrackFacts } from "../../../client/soundtrack/list-tracks.ts";
import { soundtrackName } from "../soundtrack/messages.ts";
import { listTracksOf } from "../soundtrack/soundtrack.ts";
import { readSoundtrack } from "../soundtrack/store.ts";
import { describeError, isUnreadable } from "../texts/describe.ts";
import { keepHandle, openKept } from "./file-handles.ts";
import { open, reduce } from "./machine.ts";
import { findOptionsFault } from "./options.ts";
import { EffectPerformer } from "./perform-effects.ts";
import type { DraftOptions, TransferRecord, TransferRecords } from "./records.ts";
import type { Step, TransferEvent, TransferState } from "./transfer-state.ts";

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
  readonly #effects: EffectPerformer;

  constructor(api: ApiClient, records: TransferRecords, record: TransferRecord, file?: File) {
    this.#api = api;
    this.#records = records;
    this.#file = file;
    this.id = record.id;
    this.#effects = new EffectPerformer(this, api, records, this.#abort.signal);
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

  get picture() {
    return this.cover.peek();
  }

  showConversionTimeLeft(seconds: number | undefined) {
    this.conversionSecondsLeft.value = seconds;
  }

  /**
   * Takes the file again after a refresh, from the handle that the browser may have kept.
   *
   * @param asks whether the user may be asked for permission, which needs a click.
   * @returns whether the file could be opened.
   */
  async reopen(asks: boolean): Promise<boolean> {
    if (this.#file !== undefined) return false;
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
    this.dispatch({ type: "file-attached" });
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

  /** Takes another place in the list, which is not saved yet. */
  moveTo(place: number) {
    this.dispatch({ type: "moved", place });
  }

  changeOptions(change: Partial<DraftOptions>) {
    this.dispatch({ type: "options-changed", change });
  }

  /** Sends the file with the present options. Does nothing while they are invalid. */
  send() {
    if (this.fault.peek() === undefined) this.dispatch({ type: "send" });
  }

  /** Continues after a fault. After a failed conversion the options can be changed. */
  again() {
    this.wasTried = true;
    this.dispatch({ type: "again" });
  }

  /** Converts what is left of an incomplete file. */
  convertIncomplete() {
    this.again();
    this.changeOptions({ acceptIncomplete: true });
    this.send();
  }

  /** Stops sending until {@link resume}; what has arrived is kept. */
  pause() {
    this.dispatch({ type: "pause" });
  }

  /** Sends this file next, before all others that wait. */
  sendNext() {
    this.#effects.sendNext();
  }

  resume() {
    this.dispatch({ type: "resume" });
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
    await this.#effects.dropSoundtrack();
    // A job that is being made can be deleted once it is there.
    await this.#effects.making.catch(() => {});
    if (jobId !== undefined) await this.#api.discardJob(jobId);
  }

  /** Lets an event happen to the transfer, until it is discarded or suspended. */
  dispatch(event: TransferEvent) {
    if (!this.#abort.signal.aborted) this.#apply(reduce(this.state.peek(), event));
  }

  #apply({ state, effects }: Step) {
    if (this.#abort.signal.aborted) return;
    this.state.value = state;
    for (const effect of effects) {
      this.#effects.perform(effect).catch((error: unknown) => {
        const sentence = describeError(error);
        if (isUnreadable(error)) this.#file = undefined;
        this.dispatch({ type: "failed", sentence, isUnreadable: isUnreadable(error) });
      });
    }
  }
}
