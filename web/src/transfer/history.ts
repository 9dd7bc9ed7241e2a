import { batch, signal } from "@preact/signals";
import type { JobView } from "../../../client/answers.ts";
import type { ApiClient } from "../../../client/api-client.ts";

const PAGE_SIZE = 20;
/** The API's largest page, for searching everything. */
const LARGE_PAGE_SIZE = 100;

/** The earlier jobs loaded so far, newest first. */
export class History {
  readonly jobs = signal<readonly JobView[]>([]);
  readonly state = signal<"loading" | "loaded" | "failed">("loading");
  readonly hasMore = signal(false);
  #nextCursor: string | undefined;
  #loading: Promise<void> | undefined;
  readonly #api: ApiClient;
  readonly #onLoaded: (jobs: readonly JobView[]) => void;

  /** @param onLoaded called with the jobs of each page. */
  constructor(api: ApiClient, onLoaded: (jobs: readonly JobView[]) => void) {
    this.#api = api;
    this.#onLoaded = onLoaded;
  }

  /** Loads the next page. Never throws: `state` says when it failed. */
  loadMore(limit = PAGE_SIZE): Promise<void> {
    this.#loading ??= this.#load(limit).finally(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Loads the remaining pages, so that a search covers everything. */
  async loadAll() {
    do await this.loadMore(LARGE_PAGE_SIZE);
    while (this.hasMore.peek() && this.state.peek() === "loaded");
  }

  /** Deletes a job and its MP3. Throws what the API throws. */
  async delete(jobId: string) {
    await this.#api.discardJob(jobId);
    this.forget(jobId);
  }

  forget(jobId: string) {
    this.jobs.value = this.jobs.peek().filter((job) => job.jobId !== jobId);
  }

  /** Inserts a job that finished on this page where its id belongs. */
  add(job: JobView) {
    this.forget(job.jobId);
    this.jobs.value = [...this.jobs.peek(), job].sort((a, b) => (a.jobId < b.jobId ? -1 : 1));
  }

  async #load(limit: number) {
    this.state.value = "loading";
    try {
      const page = await this.#api.listJobs({ cursor: this.#nextCursor, limit });
      const known = new Set(this.jobs.peek().map(({ jobId }) => jobId));
      const jobs = page.jobs.filter(({ jobId }) => !known.has(jobId));
      this.#nextCursor = page.nextCursor;
      // Else the list would be drawn four times.
      batch(() => {
        this.jobs.value = [...this.jobs.peek(), ...jobs];
        this.hasMore.value = page.nextCursor !== undefined;
        this.state.value = "loaded";
        this.#onLoaded(page.jobs);
      });
    } catch {
      this.state.value = "failed";
    }
  }
}
