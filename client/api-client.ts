import type { z } from "zod";
import {
  type AgainRequest,
  AgainResponse,
  DownloadResponse,
  type SignPartsRequest,
  SignPartsResponse,
  type SignRequest,
  SignResponse,
  type UploadRequest,
  UploadResponse,
} from "../contract/api.ts";
import { CreatedFeed, FeedStatus } from "../contract/feed.ts";
import type { SettingsChange } from "../contract/settings.ts";
import { JobList, JobView, Settings } from "./answers.ts";
import { ApiError } from "./errors.ts";
import { type Call, request, type Schema } from "./request.ts";
import type { Session } from "./session.ts";

/**
 * Calls the HTTP API for one user. Every method tries once, and throws {@link ApiError}, NetworkError,
 * AnswerError or the signal's reason. Callers that want more tries wrap it in `withRetries`. An expired
 * token isn't an error, because the session provides the next one.
 */
export class ApiClient {
  readonly apiUrl: string;
  readonly #session: Session;

  /** @param apiUrl with or without a slash at the end. */
  constructor(apiUrl: string, session: Session) {
    this.apiUrl = apiUrl;
    this.#session = session;
  }

  createUpload(upload: z.input<typeof UploadRequest>, signal?: AbortSignal) {
    return this.#call(UploadResponse, { method: "POST", path: "/upload", body: upload, signal });
  }

  /** Signs one S3 request on the job's source object. */
  sign(jobId: string, body: SignRequest, signal?: AbortSignal) {
    return this.#call(SignResponse, {
      method: "POST",
      path: `/upload/${jobId}/sign`,
      body,
      signal,
    });
  }

  /** Signs the requests of several parts. */
  signParts(jobId: string, body: SignPartsRequest, signal?: AbortSignal) {
    return this.#call(SignPartsResponse, {
      method: "POST",
      path: `/upload/${jobId}/sign-parts`,
      body,
      signal,
    });
  }

  readJob(jobId: string, signal?: AbortSignal) {
    return this.#call(JobView, { method: "GET", path: `/jobs/${jobId}`, signal });
  }

  /**
   * Creates another job that converts the job's source with other options, if the source is still kept.
   * Once the request is sent, the signal doesn't stop it, because it may take effect anyway.
   */
  convertAgain(jobId: string, again: z.input<typeof AgainRequest>, signal?: AbortSignal) {
    const path = `/jobs/${jobId}/again`;
    return this.#call(AgainResponse, { method: "POST", path, body: again }, signal);
  }

  listJobs(page: { cursor?: string | undefined; limit?: number } = {}, signal?: AbortSignal) {
    const query = new URLSearchParams();
    if (page.limit !== undefined) query.set("limit", String(page.limit));
    if (page.cursor !== undefined) query.set("cursor", page.cursor);
    const path = query.size > 0 ? `/jobs?${query}` : "/jobs";
    return this.#call(JobList, { method: "GET", path, signal });
  }

  /** Notes that the user has seen how a job ended, so that no email about it is needed. */
  async markSeen(jobId: string, signal?: AbortSignal): Promise<void> {
    await this.#call(undefined, { method: "POST", path: `/jobs/${jobId}/seen`, signal });
  }

  readSettings(signal?: AbortSignal) {
    return this.#call(Settings, { method: "GET", path: "/settings", signal });
  }

  /** Changes the given settings, and returns all of them. */
  changeSettings(change: SettingsChange, signal?: AbortSignal) {
    return this.#call(Settings, { method: "PATCH", path: "/settings", body: change, signal });
  }

  /** Creates the user's podcast feed, or replaces its URL. Nobody can read the URL again. */
  createFeed(signal?: AbortSignal) {
    return this.#call(CreatedFeed, { method: "POST", path: "/feed", signal });
  }

  readFeed(signal?: AbortSignal) {
    return this.#call(FeedStatus, { method: "GET", path: "/feed", signal });
  }

  async revokeFeed(signal?: AbortSignal): Promise<void> {
    await this.#call(undefined, { method: "DELETE", path: "/feed", signal });
  }

  /** Deletes the job, its source and its MP3. */
  async deleteJob(jobId: string, signal?: AbortSignal): Promise<void> {
    await this.#call(undefined, { method: "DELETE", path: `/jobs/${jobId}`, signal });
  }

  /** Like {@link deleteJob}, but a job that no longer exists is not an error. */
  async discardJob(jobId: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.deleteJob(jobId, signal);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** Returns an address of the MP3 that works for a while without a token. */
  readDownload(jobId: string, signal?: AbortSignal) {
    const path = `/download?${new URLSearchParams({ id: jobId })}`;
    return this.#call(DownloadResponse, { method: "GET", path, signal });
  }

  /** @param signingIn stops only the wait for somebody to sign in. */
  async #call<Parsed>(
    schema: Schema<Parsed> | undefined,
    call: Call,
    signingIn = call.signal,
  ): Promise<Parsed> {
    for (;;) {
      const token = await this.#session.getToken(signingIn);
      try {
        return await request(this.apiUrl, schema, call, token);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        await this.#session.expire(token);
      }
    }
  }
}
