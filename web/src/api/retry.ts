import { isTransient } from "./errors.ts";

export interface RetryPolicy {
  /** Tries after the first that fail in a row before the error is given to the caller. */
  maxRetries: number;
  firstDelayMs: number;
  maxDelayMs: number;
}

/** About two minutes of trying, longer than most dead spots of a mobile connection. */
export const PATIENT: RetryPolicy = { maxRetries: 9, firstDelayMs: 500, maxDelayMs: 30_000 };

/** "offline" while the browser has no network at all, "retrying" between two tries. */
export type Wait = "offline" | "retrying";

/** Resolves after `delayMs`, rejects with the signal's reason when it aborts. */
export function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** Resolves at once when the browser is online, else with its next `online` event. */
function waitUntilOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (navigator.onLine) return resolve();
    const finish = () => {
      removeEventListener("online", finish);
      signal.removeEventListener("abort", finish);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    addEventListener("online", finish);
    signal.addEventListener("abort", finish, { once: true });
  });
}

/** Full jitter, so that parts that failed together don't come back together. */
const backoffMs = (policy: RetryPolicy, retry: number, random = Math.random) =>
  Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** retry) * (0.5 + random() / 2);

/**
 * Runs `attempt` until it succeeds, fails for good, or has failed too often in a row. Time without
 * a network isn't counted as a try: it waits for the browser to say that it is online again.
 * `isWorthRetrying` widens what counts as passing (an expired URL, say).
 */
export async function withRetries<T>(
  attempt: (retry: number) => Promise<T>,
  options: {
    policy: RetryPolicy;
    signal: AbortSignal;
    onWait?: (wait: Wait | undefined) => void;
    isWorthRetrying?: (error: unknown, retry: number) => boolean;
  },
): Promise<T> {
  const { policy, signal, onWait, isWorthRetrying = isTransient } = options;
  for (let retry = 0; ; retry++) {
    try {
      return await attempt(retry);
    } catch (error) {
      signal.throwIfAborted();
      if (!isWorthRetrying(error, retry)) throw error;
      if (!navigator.onLine) {
        onWait?.("offline");
        await waitUntilOnline(signal);
        retry = -1;
      } else {
        if (retry >= policy.maxRetries) throw error;
        onWait?.("retrying");
        await sleep(backoffMs(policy, retry), signal);
      }
      onWait?.(undefined);
    }
  }
}
