import { computed, signal } from "@preact/signals";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import type { Quality } from "../../../contract/conversion.ts";
import { toDisplayText } from "../../../contract/text.ts";
import { announce } from "../announce.ts";
import { showNotices } from "../notices.ts";
import { sweepSoundtracks } from "../soundtrack/store.ts";
import { say } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import { rememberDefaults, restoreDefaults } from "./defaults.ts";
import { fingerprintFile } from "./fingerprint.ts";
import { History } from "./history.ts";
import { sumUpProgress } from "./overall.ts";
import { type DraftOptions, readAllRecordIds, TransferRecords } from "./records.ts";
import { Transfer } from "./transfer.ts";

/** What Apple asks of podcasts: https://podcasters.apple.com/support/893-audio-requirements */
export const PODCAST_LUFS = -16;

/** Everything one person sees: files on their way, and earlier jobs. */
export class TransferList {
  /** The files chosen last come first, and among them the first. */
  readonly transfers = signal<readonly Transfer[]>([]);
  readonly drafts = computed(() => this.transfers.value.filter(({ isDraft }) => isDraft.value));
  /** Those that signing out or closing the page would interrupt. */
  readonly unsent = computed(() =>
    this.transfers.value.filter(
      ({ state }) => !["sent", "elsewhere"].includes(state.value.phase.kind),
    ),
  );
  readonly overall = computed(() => sumUpProgress(this.transfers.value.map(readState)));
  readonly history: History;
  readonly email: string;
  readonly #api: ApiClient;
  readonly #records: TransferRecords;

  constructor(api: ApiClient, email: string) {
    this.#api = api;
    this.email = email;
    this.#records = new TransferRecords(email);
    this.history = new History(api, (jobs) => this.#followRunning(jobs));
  }

  /** Restores the transfers from before a refresh, then loads the first page of earlier jobs. */
  async restore() {
    const transfers = this.#records
      .read()
      .map((record) => new Transfer(this.#api, this.#records, record));
    this.transfers.value = transfers.toReversed();
    await sweepSoundtracks(readAllRecordIds());
    await this.history.loadMore();
  }

  /** A file that was chosen before goes on where it stopped; others become drafts, in their order. */
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
      const known = [...added, ...this.transfers.peek()].find(
        // A finished file may be sent again, with other options perhaps.
        (transfer) => transfer.record.fingerprint === fingerprint && !transfer.isOver.peek(),
      );
      if (known?.state.peek().phase.kind === "needs-file") {
        known.attach(file);
        announce(({ adding }) => adding.goesOn(name));
      } else if (known) {
        rejected.push(({ adding, format }) => adding.isKnown(format.isolate(name)));
      } else {
        // Records are sorted by this time: the files of one choice keep their order.
        const createdAtMs = nowMs - added.length / 1000;
        added.push(this.#createDraft(file, name, fingerprint, createdAtMs));
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

  /** Changes one draft. Quality and loudness are remembered for the next files. */
  change(transfer: Transfer, change: Partial<DraftOptions>) {
    transfer.changeOptions(change);
    rememberDefaults(change);
  }

  changeAll(change: Partial<DraftOptions>) {
    for (const draft of this.drafts.peek()) draft.changeOptions(change);
    rememberDefaults(change);
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
    for (const transfer of this.transfers.peek()) transfer.suspend();
  }

  /**
   * Ends what isn't sent, and leaves no name and no soundtrack of this person in the browser. What
   * another tab is sending stays that tab's.
   */
  async forgetEverything() {
    const unsent = this.unsent.peek();
    await Promise.allSettled(unsent.map((transfer) => transfer.discard()));
    this.suspend();
    const elsewhere = this.transfers
      .peek()
      .filter(({ state }) => state.peek().phase.kind === "elsewhere");
    this.#records.keepOnly(new Set(elsewhere.map(({ id }) => id)));
    await sweepSoundtracks(readAllRecordIds());
  }

  #drop(gone: readonly Transfer[]) {
    this.transfers.value = this.transfers.peek().filter((other) => !gone.includes(other));
  }

  #createDraft(file: File, fileName: string, fingerprint: string, createdAtMs: number) {
    const { size: sizeBytes } = file;
    const stage = "draft" as const;
    const facts = { id: createId(), fingerprint, fileName, sizeBytes, createdAtMs, stage };
    const options = { ...restoreDefaults(), start: "", end: "", sendsWhole: false };
    return new Transfer(this.#api, this.#records, { ...facts, ...options }, file);
  }

  /** Also follows running jobs that weren't sent from here (another device, a cleared browser). */
  #followRunning(jobs: readonly JobView[]) {
    const known = new Set(this.transfers.peek().map(({ record }) => record.job?.jobId));
    const running = jobs.filter((job) => job.state === "converting" && !known.has(job.jobId));
    const followed = running.map((job) => {
      const transfer = new Transfer(this.#api, this.#records, {
        id: job.jobId,
        fingerprint: "",
        fileName: job.fileName,
        sizeBytes: job.sizeBytes,
        createdAtMs: Date.parse(job.createdAt),
        stage: "sent",
        quality: job.options.quality as Quality,
        start: "",
        end: "",
        loudness: job.options.loudness,
        sendsWhole: false,
        job: { jobId: job.jobId },
      });
      return transfer;
    });
    this.transfers.value = [...this.transfers.peek(), ...followed];
  }
}

const readState = ({ state }: Transfer) => state.value;

/** 128 random bits in hex. `crypto.randomUUID` is missing if the page comes over plain http. */
const createId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
