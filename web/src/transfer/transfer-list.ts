import { batch, computed, signal } from "@preact/signals";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import type { AudioTrackFacts } from "../../../client/soundtrack/list-tracks.ts";
import { choosePieceOptions, convertPieces, type Piece } from "../../../client/split.ts";
import { dropExtension } from "../../../contract/format.ts";
import { toDisplayText } from "../../../contract/text.ts";
import { announce } from "../announce.ts";
import { showNotices } from "../notices.ts";
import { sweepSoundtracks } from "../soundtrack/store.ts";
import { say } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import { rememberDefaults } from "./defaults.ts";
import { sweepHandles } from "./file-handles.ts";
import { fingerprintFile } from "./fingerprint.ts";
import { History } from "./history.ts";
import { describeAgain, describeDraft, describeRunning } from "./new-record.ts";
import { sumUpProgress } from "./overall.ts";
import {
  type DraftOptions,
  placeOf,
  readAllRecordIds,
  type TransferRecord,
  TransferRecords,
} from "./records.ts";
import { Transfer } from "./transfer.ts";

/** The loudness that Apple wants of podcasts: https://podcasters.apple.com/support/893-audio-requirements */
export const PODCAST_LUFS = -16;

/**
 * Files chosen together are this far apart in the list, so that 64 tracks of one file fit before the
 * next. Much smaller steps would be lost: of a time in 2026, a number's last digit is 1/4,096 ms.
 */
const FILE_STEP_MS = 1 / 16;
const TRACK_STEP_MS = FILE_STEP_MS / 64;

/** Everything one person sees: files on their way, and earlier jobs. */
export class TransferList {
  /** The most recently chosen files come first, in the order of their choice. */
  readonly transfers = signal<readonly Transfer[]>([]);
  readonly drafts = computed(() => this.transfers.value.filter(({ isDraft }) => isDraft.value));
  /** The transfers that signing out or closing the page would interrupt. */
  readonly unsent = computed(() =>
    this.transfers.value.filter(
      ({ state }) => !["sent", "elsewhere"].includes(state.value.phase.kind),
    ),
  );
  readonly overall = computed(() => sumUpProgress(this.transfers.value.map(readState)));
  /** The draft that the user moved last, which stays in sight. */
  readonly lastMoved = signal<Transfer | undefined>(undefined);
  readonly history: History;
  readonly email: string;
  readonly #api: ApiClient;
  readonly #records: TransferRecords;
  readonly #abort = new AbortController();

  constructor(api: ApiClient, email: string) {
    this.#api = api;
    this.email = email;
    this.#records = new TransferRecords(email);
    this.history = new History(api, (jobs) => this.#followRunning(jobs));
  }

  /** Restores the transfers from before a refresh, then loads the first page of earlier jobs. */
  async restore() {
    const transfers = this.#records.read().map((record) => this.#create(record));
    this.transfers.value = transfers.toReversed();
    await this.#sweep();
    for (const transfer of transfers) void transfer.reopen(false);
    await this.history.loadMore();
  }

  /** Opens a file again, after asking the user, and all files that then need no more question. */
  async reopen(transfer: Transfer) {
    if (!(await transfer.reopen(true))) return;
    for (const other of this.transfers.peek()) void other.reopen(false);
  }

  /**
   * Continues a file that was chosen before where it stopped. Other files become drafts, in their
   * order.
   */
  async add(files: readonly File[], leftOut: readonly Text[] = []) {
    const rejected = [...leftOut];
    const added: Transfer[] = [];
    const nowMs = Date.now();
    for (const file of files) {
      const name = toDisplayText(file.name) || say(({ unnamedVideo }) => unnamedVideo);
      if (file.size === 0) {
        rejected.push(({ adding, format }) => adding.isEmpty(format.isolate(name)));
        continue;
      }
      const fingerprint = await fingerprintFile(file);
      const known = [...added, ...this.transfers.peek()].filter(
        // A finished file may be sent again, perhaps with other options.
        (transfer) => transfer.record.fingerprint === fingerprint && !transfer.isOver.peek(),
      );
      // There are several if each of them has another audio track of the file.
      const waiting = known.filter(({ state }) => state.peek().phase.kind === "needs-file");
      if (waiting.length > 0) {
        for (const transfer of waiting) transfer.attach(file);
        announce(({ adding }) => adding.goesOn(name));
      } else if (known.length > 0) {
        rejected.push(({ adding, format }) => adding.isKnown(format.isolate(name)));
      } else {
        const facts = { fileName: name, sizeBytes: file.size, fingerprint, createdAtMs: nowMs };
        // Files that were chosen together keep their order.
        const place = nowMs - added.length * FILE_STEP_MS;
        added.push(this.#create({ ...describeDraft(facts), place }, file));
      }
    }
    this.transfers.value = [...added, ...this.transfers.peek()];
    showNotices(rejected);
    if (rejected.length > 0) return;
    const [first] = added;
    if (first && added.length === 1) announce(({ adding }) => adding.added(first.record.fileName));
    else if (first) announce(({ adding }) => adding.addedMany(added.length));
  }

  /** Sends all drafts, or none while one has options that make no sense. */
  sendAll() {
    const drafts = this.drafts.peek();
    if (drafts.some(({ fault }) => fault.peek() !== undefined)) return;
    for (const draft of drafts) draft.send();
  }

  /** Moves a draft to the place of `other`. Drafts are sent in their order, which a refresh keeps. */
  move(transfer: Transfer, other: Transfer) {
    const drafts = this.drafts.peek();
    const to = drafts.indexOf(other);
    if (to < 0 || other === transfer) return;
    const places = drafts.map(({ record }) => placeOf(record)).sort((a, b) => b - a);
    const moved = drafts.filter((draft) => draft !== transfer).toSpliced(to, 0, transfer);
    const next = moved.values();
    batch(() => {
      for (const [at, draft] of moved.entries()) draft.moveTo(places[at] ?? 0);
      this.transfers.value = this.transfers
        .peek()
        .map((any) => (any.isDraft.peek() ? (next.next().value ?? any) : any));
      this.lastMoved.value = transfer;
    });
    this.#records.save(...moved.map(({ record }) => record));
    const { fileName } = transfer.record;
    announce(({ format, moving }) => moving.done(format.isolate(fileName), to + 1));
  }

  /** Changes one draft. Quality and loudness are remembered for the next files. */
  change(transfer: Transfer, change: Partial<DraftOptions>) {
    transfer.changeOptions(change);
    rememberDefaults(change);
  }

  changeAll(change: Partial<DraftOptions>) {
    for (const draft of this.drafts.peek()) draft.changeOptions(change);
    rememberDefaults(change);
  }

  /** Creates a draft for each audio track of a file. `nameTrack` names the drafts. */
  splitTracks(transfer: Transfer, nameTrack: (facts: AudioTrackFacts) => string) {
    const { record, file } = transfer;
    const tracks = transfer.tracks.peek() ?? [];
    if (file === undefined || tracks.length < 2) return;
    const base = dropExtension(record.fileName);
    const ending = record.fileName.slice(base.length);
    const drafts = tracks.map((facts, at) => {
      const { id } = describeDraft(record);
      const draft = this.#create(
        {
          ...record,
          ...{ id, place: placeOf(record) - at * TRACK_STEP_MS, audioTrack: facts.number },
          fileName: `${base} (${nameTrack(facts)})${ending}`,
        },
        file,
      );
      draft.cover.value = transfer.cover.peek();
      return draft;
    });
    this.transfers.value = this.transfers
      .peek()
      .flatMap((other) => (other === transfer ? drafts : [other]));
    void transfer.discard();
  }

  /** Creates a draft that converts a finished job's source again. */
  addAgain(job: JobView, change: Partial<DraftOptions> = {}): Transfer {
    const draft = this.#create({ ...describeAgain(job), ...change });
    draft.wasTried = true;
    this.transfers.value = [draft, ...this.transfers.peek()];
    return draft;
  }

  /** Converts what exists of an incomplete source. */
  convertIncomplete(job: JobView) {
    const draft = this.addAgain(job, { acceptIncomplete: true });
    // The draft starts in a microtask of its own, and can be sent only after that.
    queueMicrotask(() => draft.send());
  }

  /** Converts a finished job's source in pieces, each of which is a job of its own. */
  async split(job: JobView, pieces: readonly Piece[]) {
    const { signal } = this.#abort;
    let at = 0;
    const onPiece = (jobId: string) => {
      const options = choosePieceOptions(job, pieces, at++);
      const fileName = `${options.tags?.fileName}.mp3`;
      const createdAt = new Date().toISOString();
      const piece = this.#create(describeRunning({ ...job, jobId, fileName, createdAt, options }));
      this.transfers.value = [piece, ...this.transfers.peek()];
    };
    await convertPieces(this.#api, job, pieces, { signal, onPiece });
  }

  /** Moves a waiting file before the other waiting ones, in the order of sending and in the list. */
  sendNext(transfer: Transfer) {
    transfer.sendNext();
    const others = this.transfers.peek().filter((other) => other !== transfer);
    const place = others.findIndex(({ state }) => state.peek().phase.kind === "waiting");
    this.transfers.value = others.toSpliced(place < 0 ? others.length : place, 0, transfer);
  }

  pauseAll() {
    for (const transfer of this.transfers.peek()) transfer.pause();
  }

  resumeAll() {
    for (const transfer of this.transfers.peek()) transfer.resume();
  }

  /** Throws if the API can't be reached. The row disappears anyway. */
  async discard(transfer: Transfer) {
    this.#drop([transfer]);
    const { jobId } = transfer.record.job ?? {};
    if (jobId !== undefined) this.history.forget(jobId);
    await transfer.discard();
  }

  /** Takes finished files out of the list; their MP3s stay among the earlier ones. */
  clearFinished() {
    const finished = this.transfers.peek().filter(({ isOver }) => isOver.peek());
    for (const { state } of finished) {
      const { job } = state.peek();
      if (job) this.history.add(job);
    }
    this.#drop(finished);
  }

  /** Stops everything that runs here; the records stay for this person's next visit. */
  suspend() {
    this.#abort.abort();
    for (const transfer of this.transfers.peek()) transfer.suspend();
  }

  /**
   * Cancels everything unsent, and leaves no name and no soundtrack of this person in the browser.
   * Leaves another tab's uploads alone.
   */
  async forgetEverything() {
    const unsent = this.unsent.peek();
    await Promise.allSettled(unsent.map((transfer) => transfer.discard()));
    this.suspend();
    const elsewhere = this.transfers
      .peek()
      .filter(({ state }) => state.peek().phase.kind === "elsewhere");
    this.#records.keepOnly(new Set(elsewhere.map(({ id }) => id)));
    await this.#sweep();
  }

  /** Deletes everybody's stored soundtracks and handles that no transfer needs any more. */
  async #sweep() {
    const needed = readAllRecordIds();
    await sweepSoundtracks(needed);
    await sweepHandles(needed);
  }

  #drop(gone: readonly Transfer[]) {
    this.transfers.value = this.transfers.peek().filter((other) => !gone.includes(other));
  }

  #create(record: TransferRecord, file?: File) {
    return new Transfer(this.#api, this.#records, record, file);
  }

  /** Also follows running jobs that weren't sent from here (another device, a cleared browser). */
  #followRunning(jobs: readonly JobView[]) {
    const known = new Set(this.transfers.peek().map(({ record }) => record.job?.jobId));
    const running = jobs.filter((job) => isRunning(job) && !known.has(job.jobId));
    const followed = running.map((job) => this.#create(describeRunning(job)));
    this.transfers.value = [...this.transfers.peek(), ...followed];
  }
}

/** Returns whether a job is running. One that converts a source again has nothing to wait for. */
const isRunning = ({ state, sourceJobId }: JobView) =>
  state === "converting" || (state === "awaiting-upload" && sourceJobId !== undefined);

const readState = ({ state }: Transfer) => state.value;
