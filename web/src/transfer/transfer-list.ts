import { signal } from "@preact/signals";
import { isFinished, type JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";
import type { Quality } from "../../../contract/conversion.ts";
import { toDisplayText } from "../../../contract/text.ts";
import { announce } from "../announce.ts";
import { sweepSoundtracks } from "../soundtrack/store.ts";
import { fingerprintFile } from "./fingerprint.ts";
import { readAllRecordIds, TransferRecords } from "./records.ts";
import { Transfer } from "./transfer.ts";

const PAGE_SIZE = 20;
const QUALITY_KEY = "tapedeck:quality";
const LOUDNESS_KEY = "tapedeck:loudness";

export interface History {
  jobs: JobView[];
  nextCursor: string | undefined;
  state: "loading" | "loaded" | "failed";
}

/** Everything that one person sees: transfers, newest first, and earlier jobs. */
export class TransferList {
  readonly transfers = signal<readonly Transfer[]>([]);
  readonly history = signal<History>({ jobs: [], nextCursor: undefined, state: "loading" });
  readonly email: string;
  readonly #api: ApiClient;
  readonly #records: TransferRecords;

  constructor(api: ApiClient, email: string) {
    this.#api = api;
    this.email = email;
    this.#records = new TransferRecords(email);
  }

  /** Restores the transfers from before a refresh, then loads the first page of earlier jobs. */
  async restore() {
    const transfers = this.#records
      .read()
      .map((record) => new Transfer(this.#api, this.#records, record));
    this.transfers.value = transfers.toReversed();
    await sweepSoundtracks(readAllRecordIds());
    await this.loadMore();
  }

  async loadMore() {
    const { jobs, nextCursor } = this.history.peek();
    this.history.value = { jobs, nextCursor, state: "loading" };
    try {
      const page = await this.#api.listJobs({ cursor: nextCursor, limit: PAGE_SIZE });
      this.history.value = {
        jobs: [...jobs, ...page.jobs],
        nextCursor: page.nextCursor,
        state: "loaded",
      };
      this.#followRunning(page.jobs);
    } catch {
      this.history.value = { jobs, nextCursor, state: "failed" };
    }
  }

  /** A file that was chosen before continues where it stopped. Others become drafts. */
  async add(files: readonly File[]) {
    for (const file of files) {
      if (file.size === 0) {
        announce(`${file.name} is empty and was left out.`);
        continue;
      }
      const fingerprint = await fingerprintFile(file);
      const known = this.transfers
        .peek()
        .find((transfer) => transfer.record.fingerprint === fingerprint && !isOver(transfer));
      if (known?.state.peek().phase.kind === "needs-file") {
        known.attach(file);
        announce(`${file.name} goes on where it stopped.`);
      } else if (known) announce(`${file.name} is in the list already.`);
      else this.#addDraft(file, fingerprint);
    }
  }

  sendAll() {
    for (const transfer of this.transfers.peek().toReversed()) {
      if (transfer.state.peek().phase.kind === "draft") transfer.send();
    }
  }

  /** Remembered for the next file. */
  chooseQuality(transfer: Transfer, quality: Quality) {
    transfer.changeOptions({ quality });
    localStorage.setItem(QUALITY_KEY, quality);
  }

  /** Remembered for the next file. */
  chooseLoudness(transfer: Transfer, loudness: number | undefined) {
    transfer.changeOptions({ loudness });
    if (loudness === undefined) localStorage.removeItem(LOUDNESS_KEY);
    else localStorage.setItem(LOUDNESS_KEY, String(loudness));
  }

  /** Throws if the API can't be reached. The row disappears anyway. */
  async discard(transfer: Transfer) {
    this.transfers.value = this.transfers.peek().filter((other) => other !== transfer);
    const { jobId } = transfer.record.job ?? {};
    this.#forget((job) => job.jobId === jobId);
    await transfer.discard();
  }

  async deleteJob(jobId: string) {
    await this.#api.discardJob(jobId);
    this.#forget((job) => job.jobId === jobId);
  }

  /** Stops everything that runs here; the records stay for this person's next visit. */
  suspend() {
    for (const transfer of this.transfers.peek()) transfer.suspend();
  }

  #addDraft(file: File, fingerprint: string) {
    const quality = localStorage.getItem(QUALITY_KEY) as Quality | null;
    const fileName = toDisplayText(file.name) || "Video";
    const loudness = localStorage.getItem(LOUDNESS_KEY);
    const transfer = new Transfer(
      this.#api,
      this.#records,
      {
        id: createId(),
        fingerprint,
        fileName,
        sizeBytes: file.size,
        createdAtMs: Date.now(),
        stage: "draft",
        quality: quality ?? "v2",
        start: "",
        end: "",
        loudness: loudness === null ? undefined : Number(loudness),
        sendsWhole: false,
      },
      file,
    );
    this.transfers.value = [transfer, ...this.transfers.peek()];
    announce(`${fileName} is added.`);
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

  #forget(matches: (job: JobView) => boolean) {
    const history = this.history.peek();
    this.history.value = { ...history, jobs: history.jobs.filter((job) => !matches(job)) };
  }
}

/** 128 random bits in hex. `crypto.randomUUID` is missing if the page comes over plain http. */
const createId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

/** A finished file may be sent again, perhaps with other options. */
function isOver(transfer: Transfer) {
  const { job, phase } = transfer.state.peek();
  return phase.kind === "sent" && job !== undefined && isFinished(job);
}
