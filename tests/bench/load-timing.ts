import { ApiClient } from "../../client/api-client.ts";
import type { Session } from "../../client/session.ts";
import type { Transport } from "../../client/transport.ts";

/** Records how long each call of each route took, even if it failed, and which calls failed. */
export class Recorder {
  readonly faults: string[] = [];
  readonly #milliseconds = new Map<string, number[]>();

  /** A try that fails is a fault, even if a retry succeeds. */
  async time<T>(route: string, call: () => Promise<T>): Promise<T> {
    const since = performance.now();
    try {
      return await call();
    } catch (error) {
      this.faults.push(`${route}: ${String(error)}`);
      throw error;
    } finally {
      const times = this.#milliseconds.get(route) ?? [];
      times.push(performance.now() - since);
      this.#milliseconds.set(route, times);
    }
  }

  /** Milliseconds by route, each sorted. */
  readTimes(): Map<string, number[]> {
    return new Map(
      [...this.#milliseconds].map(([route, times]) => [route, times.toSorted((a, b) => a - b)]),
    );
  }
}

/** A client that times its calls. */
export class TimedClient extends ApiClient {
  readonly #recorder: Recorder;

  constructor(apiUrl: string, session: Session, recorder: Recorder) {
    super(apiUrl, session);
    this.#recorder = recorder;
  }

  override createUpload(...args: Parameters<ApiClient["createUpload"]>) {
    return this.#recorder.time("POST /upload", () => super.createUpload(...args));
  }

  override readJob(...args: Parameters<ApiClient["readJob"]>) {
    return this.#recorder.time("GET /jobs/{id}", () => super.readJob(...args));
  }

  override listJobs(...args: Parameters<ApiClient["listJobs"]>) {
    return this.#recorder.time("GET /jobs", () => super.listJobs(...args));
  }

  override deleteJob(...args: Parameters<ApiClient["deleteJob"]>) {
    return this.#recorder.time("DELETE /jobs/{id}", () => super.deleteJob(...args));
  }

  override readDownload(...args: Parameters<ApiClient["readDownload"]>) {
    return this.#recorder.time("GET /download", () => super.readDownload(...args));
  }
}

export const timeTransport =
  (transport: Transport, recorder: Recorder): Transport =>
  (request) =>
    recorder.time("PUT the source (S3)", () => transport(request));

/** Returns the smallest value that at least `share` of the sorted values don't exceed. */
export const findPercentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
