import * as z from "zod/mini";
import type { Problem as ContractProblem } from "../contract/api.ts";
import { AnswerError, ApiError, NetworkError } from "./errors.ts";

// The parser would otherwise probe `new Function`, which content security policies report.
z.config({ jitless: true });

/** Longer than API Gateway waits for a function (29 s). */
const TIMEOUT_MILLISECONDS = 35_000;

/** The fields of a problem document that the client needs, in zod's small build, which is enough to sign in. */
const Problem: z.ZodMiniType<Pick<ContractProblem, "code" | "detail" | "limit">> = z.object({
  code: z.optional(z.string()),
  detail: z.string(),
  limit: z.optional(z.number()),
});

export interface Call {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

/** Reads an answer's JSON. Schemas of either of zod's builds work. */
export interface Schema<Parsed> {
  safeParse(answer: unknown): { success: true; data: Parsed } | { success: false; error: unknown };
}

/**
 * Makes one request.
 *
 * @param schema the answer's schema; undefined if it has no body.
 * @throws ApiError, NetworkError, AnswerError or the signal's reason.
 */
export async function request<Parsed>(
  apiUrl: string,
  schema: Schema<Parsed> | undefined,
  { method, path, body, signal }: Call,
  token?: string,
): Promise<Parsed> {
  const headers = new Headers({ accept: "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const timeout = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(trimSlashes(apiUrl) + path, {
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
    const problem = Problem.safeParse(answer);
    const retryAfterSeconds = Number(response.headers.get("retry-after")) || undefined;
    throw new ApiError(response.status, { ...problem.data, retryAfterSeconds });
  }
  if (schema === undefined) return undefined as Parsed;
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new AnswerError(`${method} ${path} was answered in a form that can't be read.`, {
    cause: parsed.error,
  });
}

const trimSlashes = (url: string) => url.replace(/\/+$/, "");

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
