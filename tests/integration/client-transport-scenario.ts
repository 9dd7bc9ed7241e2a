import type { ByteSource } from "../../client/byte-source.ts";
import { StorageError } from "../../client/errors.ts";
import type { Transport } from "../../client/transport.ts";

/** One request, as data that can be handed to a browser. */
export interface Scenario {
  url: string;
  method: "GET" | "POST" | "PUT";
  headers?: Record<string, string>;
  range?: [start: number, end: number] | undefined;
  abortAfterMilliseconds?: number;
}

export type Outcome =
  | { etag: string | null; text: string; sentBytes: number }
  | { error: string; status?: number; code?: string | undefined };

/** The source of every scenario, made in the test and in the page alike. */
export const makeContent = () => new Uint8Array(300_000).map((_, index) => index % 251);

/** What client-transport-page.ts adds to a page. */
export interface PageWithScenarios {
  runTransportScenario(stallMilliseconds: number, scenario: Scenario): Promise<Outcome>;
}

/** Sends one request and says how it ended, in values that both sides of a browser can compare. */
export async function runScenario(
  transport: Transport,
  source: ByteSource,
  { url, method, headers, range, abortAfterMilliseconds }: Scenario,
): Promise<Outcome> {
  const abort = new AbortController();
  const reason = new Error("aborted");
  if (abortAfterMilliseconds) setTimeout(() => abort.abort(reason), abortAfterMilliseconds);
  let sentBytes = 0;
  try {
    const { etag, text } = await transport({
      url,
      method,
      headers,
      signal: abort.signal,
      ...(range && { body: { source, start: range[0], end: range[1] } }),
      onSentBytes: (bytes) => {
        sentBytes = bytes;
      },
    });
    return { etag: etag ?? null, text, sentBytes };
  } catch (error) {
    if (error === reason) return { error: "aborted" };
    if (error instanceof StorageError) {
      return { error: error.name, status: error.status, code: error.code };
    }
    return { error: error instanceof Error ? error.name : String(error) };
  }
}
