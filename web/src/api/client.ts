import * as z from "zod/mini";
import { expireSession, waitForToken } from "../session.ts";
import {
  type ConversionOptions,
  DownloadAnswer,
  JobPage,
  JobView,
  LoginAnswer,
  Problem,
  SignAnswer,
  UploadAnswer,
} from "./contract.ts";
import { AnswerError, ApiError, NetworkError } from "./errors.ts";

/** One request to S3 that the API may sign for a job's source; see `POST /upload/{jobId}/sign`. */
export interface SignRequest {
  method: "POST" | "PUT" | "GET" | "DELETE";
  uploadId?: string;
  partNumber?: number;
}

interface Call {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/**
 * The API as the page uses it. Methods throw ApiError, NetworkError or AnswerError. When the token
 * has expired they wait until the user has signed in again, and then go on by themselves.
 */
export class ApiClient {
  readonly #apiUrl: string;

  constructor(apiUrl: string) {
    this.#apiUrl = apiUrl;
  }

  /** Throws ApiError with status 401 for a wrong email or password. */
  logIn(email: string, password: string) {
    return this.#fetch(LoginAnswer, { method: "POST", path: "/login", body: { email, password } });
  }

  createUpload(
    body: {
      fileName: string;
      sizeBytes: number;
      contentType: string;
      options: ConversionOptions;
    },
    signal: AbortSignal,
  ) {
    return this.#call(UploadAnswer, { method: "POST", path: "/upload", body, signal });
  }

  sign(jobId: string, body: SignRequest, signal: AbortSignal) {
    return this.#call(SignAnswer, { method: "POST", path: `/upload/${jobId}/sign`, body, signal });
  }

  readJob(jobId: string, signal?: AbortSignal) {
    return this.#call(JobView, { method: "GET", path: `/jobs/${jobId}`, signal });
  }

  listJobs(cursor: string | undefined, limit: number) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor && { cursor }) });
    return this.#call(JobPage, { method: "GET", path: `/jobs?${query}` });
  }

  async deleteJob(jobId: string) {
    await this.#call(z.unknown(), { method: "DELETE", path: `/jobs/${jobId}` });
  }

  /** A link to the MP3 that works for a short while without a token. */
  readDownload(jobId: string) {
    const query = new URLSearchParams({ id: jobId });
    return this.#call(DownloadAnswer, { method: "GET", path: `/download?${query}` });
  }

  async #call<T>(schema: z.ZodMiniType<T>, call: Call): Promise<T> {
    for (;;) {
      const token = await waitForToken(call.signal);
      try {
        return await this.#fetch(schema, call, token);
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) throw error;
        expireSession(token);
      }
    }
  }

  async #fetch<T>(schema: z.ZodMiniType<T>, call: Call, token?: string): Promise<T> {
    const headers = new Headers({ Accept: "application/json" });
    if (token !== undefined) headers.set("Authorization", `Bearer ${token}`);
    if (call.body !== undefined) headers.set("Content-Type", "application/json");
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.#apiUrl + call.path, {
        method: call.method,
        headers,
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
        ...(call.signal && { signal: call.signal }),
      });
      text = await response.text();
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw new NetworkError("The API can't be reached", { cause });
    }
    const answer = parseJson(text);
    if (!response.ok) {
      const problem = Problem.safeParse(answer);
      throw new ApiError(response.status, problem.data?.code, problem.data?.detail);
    }
    const parsed = schema.safeParse(answer);
    if (!parsed.success) throw new AnswerError(`${call.path}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
