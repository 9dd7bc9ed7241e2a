import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import type { SignRequest, UploadRequest } from "../contract/api.ts";
import {
  DownloadResponse,
  JobList,
  JobView,
  LoginResponse,
  Problem,
  SignResponse,
  UploadResponse,
} from "../contract/api.ts";

/** The API refused a request; the message is its own sentence. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly code: string | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? `The API answered HTTP ${status}.`);
    this.status = status;
    this.code = problem?.code;
  }
}

const ATTEMPTS = 4;
const REQUEST_TIMEOUT_MILLISECONDS = 30_000;

/** Speaks with the API as one user. Every method throws {@link ApiError} when it is refused. */
export class ApiClient {
  readonly apiUrl: string;
  readonly #token: string;

  private constructor(apiUrl: string, token: string) {
    this.apiUrl = apiUrl;
    this.#token = token;
  }

  static async login(
    apiUrl: string,
    credentials: { email: string; password: string },
    signal?: AbortSignal,
  ): Promise<ApiClient> {
    const url = apiUrl.replace(/\/+$/, "");
    const response = await request(
      `${url}/login`,
      { method: "POST", body: JSON.stringify(credentials), headers: JSON_HEADERS },
      signal,
    );
    const { token } = await parse(LoginResponse, response);
    return new ApiClient(url, token);
  }

  async createUpload(upload: z.input<typeof UploadRequest>, signal?: AbortSignal) {
    return parse(UploadResponse, await this.#send("POST", "/upload", signal, upload));
  }

  async signUpload(jobId: string, toSign: SignRequest, signal?: AbortSignal) {
    return parse(SignResponse, await this.#send("POST", `/upload/${jobId}/sign`, signal, toSign));
  }

  async getJob(jobId: string, signal?: AbortSignal) {
    return parse(JobView, await this.#send("GET", `/jobs/${jobId}`, signal));
  }

  async listJobs(signal?: AbortSignal) {
    return parse(JobList, await this.#send("GET", "/jobs", signal));
  }

  async deleteJob(jobId: string, signal?: AbortSignal): Promise<void> {
    await this.#send("DELETE", `/jobs/${jobId}`, signal);
  }

  async createDownload(jobId: string, signal?: AbortSignal) {
    return parse(DownloadResponse, await this.#send("GET", `/download?id=${jobId}`, signal));
  }

  async #send(
    method: string,
    path: string,
    signal: AbortSignal | undefined,
    body?: unknown,
  ): Promise<Response> {
    return request(
      `${this.apiUrl}${path}`,
      {
        method,
        headers: { ...JSON_HEADERS, authorization: `Bearer ${this.#token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      signal,
    );
  }
}

const JSON_HEADERS = { "content-type": "application/json", accept: "application/json" };

/**
 * Sends, and tries again what may pass: a network error, "too many requests" or a server error.
 * A request that was carried out although its answer was lost is at worst an unused job record.
 */
async function request(
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MILLISECONDS);
    const outcome = await fetch(url, {
      ...init,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }).catch((error: unknown) => {
      signal?.throwIfAborted();
      if (attempt === ATTEMPTS) {
        throw new Error(`${new URL(url).origin} can't be reached.`, { cause: error });
      }
      return undefined;
    });
    if (outcome?.ok) return outcome;
    // Our own rate limit says when to come back, which is later than anyone would wait here.
    const isThrottled = outcome?.status === 429 && !outcome.headers.has("retry-after");
    const mayPass = !outcome || isThrottled || outcome.status >= 500;
    if (!mayPass || attempt === ATTEMPTS) {
      const problem = Problem.safeParse(await outcome?.json().catch(() => undefined));
      throw new ApiError(outcome?.status ?? 0, problem.data);
    }
    await sleep(250 * 2 ** attempt, undefined, signal ? { signal } : {});
  }
}

async function parse<Schema extends z.ZodType>(
  schema: Schema,
  response: Response,
): Promise<z.infer<Schema>> {
  return schema.parse(await response.json());
}
