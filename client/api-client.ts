import type { z } from "zod";
import {
  type AgainRequest,
  AgainResponse,
  DownloadResponse,
  LoginResponse,
  Problem,
  type SignPartsRequest,
  SignPartsResponse,
  type SignRequest,
  SignResponse,
  type UploadRequest,
  UploadResponse,
} from "../contract/api.ts";
import { CreatedFeed, FeedStatus } from "../contract/feed.ts";
import { Settings } from "../contract/settings.ts";
import { JobList, JobView } from "./answers.ts";
import { AnswerError, ApiError, NetworkError } from "./errors.ts";
import { withRetries } from "./retry.ts";
import type { Session } from "./session.ts";

/** Longer than API Gateway waits for a function (29 s). */
const TIMEOUT_MILLISECONDS = 35_000;

interface Call {
  method: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * The HTTP API as one user. Every method makes one attempt and throws {@link ApiError},
 * {@link NetworkError}, {@link AnswerError} or the signal's reason; callers that want more attempts
 * wrap it in `withRetries`. An expired token isn't an error: the session provides the next one.
 */
export class ApiClient {
  readonly apiUrl: string;
  readonly #session: Session;

  /** @param apiUrl with or without a slash at the end. */
  constructor(apiUrl: string, session: Session) {
    this.apiUrl = trimSlashes(apiUrl);
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

  /** Makes another job of the job's source, if that is still kept, with other options. */
  convertAgain(jobId: string, again: z.input<typeof AgainRequest>, signal?: AbortSignal) {
    const path = `/jobs/${jobId}/again`;
    return this.#call(AgainResponse, { method: "POST", path, body: again, signal });
  }

  listJobs(page: { cursor?: string | undefined; limit?: number } = {}, signal?: AbortSignal) {
    const query = new URLSearchParams();
    if (page.limit !== undefined) query.set("limit", String(page.limit));
    if (page.cursor !== undefined) query.set("cursor", page.cursor);
    const path = query.size > 0 ? `/jobs?${query}` : "/jobs";
    return this.#call(JobList, { method: "GET", path, signal });
  }

  /** Says that the user has seen how a job ended, so that no email about it need go out. */
  async markSeen(jobId: string, signal?: AbortSignal): Promise<void> {
    await this.#call(undefined, { method: "POST", path: `/jobs/${jobId}/seen`, signal });
  }

  readSettings(signal?: AbortSignal) {
    return this.#call(Settings, { method: "GET", path: "/settings", signal });
  }

  saveSettings(settings: Settings, signal?: AbortSignal) {
    return this.#call(Settings, { method: "PUT", path: "/settings", body: settings, signal });
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

  async #call<Schema extends z.ZodType | undefined>(schema: Schema, call: Call) {
    for (;;) {
      const token = await this.#session.getToken(call.signal);
      try {
        return await send(this.apiUrl, schema, call, token);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        await this.#session.expire(token);
      }
    }
  }
}

/**
 * Exchanges a password for a token. Signing in changes nothing, so transient failures are retried.
 *
 * @throws ApiError with status 401 for a wrong address or password.
 */
export function signIn(
  apiUrl: string,
  credentials: { email: string; password: string },
  signal: AbortSignal = new AbortController().signal,
): Promise<LoginResponse> {
  const call: Call = { method: "POST", path: "/login", body: credentials, signal };
  return withRetries(() => send(trimSlashes(apiUrl), LoginResponse, call), {
    signal,
    maxRetries: 2,
  });
}

const trimSlashes = (url: string) => url.replace(/\/+$/, "");

type Parsed<Schema> = Schema extends z.ZodType ? z.infer<Schema> : undefined;

async function send<Schema extends z.ZodType | undefined>(
  apiUrl: string,
  schema: Schema,
  { method, path, body, signal }: Call,
  token?: string,
): Promise<Parsed<Schema>> {
  const headers = new Headers({ accept: "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(apiUrl + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    throw new NetworkError(`The API at ${apiUrl} can't be reached.`, { cause });
  }
  const answer = parseJson(text);
  if (!response.ok) {
    const problem = Problem.pick({ code: true, detail: true, limit: true }).safeParse(answer);
    const retryAfterSeconds = Number(response.headers.get("retry-after")) || undefined;
    throw new ApiError(response.status, { ...problem.data, retryAfterSeconds });
  }
  if (schema === undefined) return undefined as Parsed<Schema>;
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data as Parsed<Schema>;
  throw new AnswerError(`${method} ${path} was answered in a form that can't be read.`, {
    cause: parsed.error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
