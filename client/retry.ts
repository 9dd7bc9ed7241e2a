import pRetry, { AbortError } from "p-retry";
import { ApiError, isTransient } from "./errors.ts";

/** "offline" while the machine has no network at all, "retrying" between two tries. */
export type Wait = "offline" | "retrying";

/** About two minutes of trying, longer than most dead spots of a mobile connection. */
const PATIENT_RETRIES = 9;
const FIRST_DELAY_MILLISECONDS = 500;
const LONGEST_DELAY_MILLISECONDS = 30_000;

export interface RetryOptions {
  signal: AbortSignal;
  /** The number of tries after the first; fewer if a person waits for the answer. */
  maxRetries?: number;
  /** Called with the reason when nothing moves, and with undefined when it moves again. */
  onWait?: ((wait: Wait | undefined) => void) | undefined;
  /** Decides what else is worth another try, such as an expired URL. `failures` counts from 1. */
  isWorthRetrying?: (error: unknown, failures: number) => boolean;
}

/**
 * Runs `attempt` until it succeeds, fails permanently, or has failed too often in a row. The pauses
 * double and are randomised, so that parts that failed together don't come back together. Time
 * without a network doesn't count: this waits until the browser is online again.
 *
 * @throws the last attempt's error, or the signal's reason.
 */
export function withRetries<T>(
  attempt: () => Promise<T>,
  { signal, onWait, maxRetries = PATIENT_RETRIES, isWorthRetrying = isTransient }: RetryOptions,
): Promise<T> {
  let failures = 0;
  const once = async () => {
    if (failures > 0) onWait?.(undefined);
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      failures++;
      if (!isWorthRetrying(error, failures)) throw new AbortError(error as Error);
      throw error;
    }
  };
  return pRetry(once, {
    signal,
    retries: maxRetries,
    minTimeout: FIRST_DELAY_MILLISECONDS,
    maxTimeout: LONGEST_DELAY_MILLISECONDS,
    randomize: true,
    shouldConsumeRetry: isOnline,
    async onFailedAttempt({ error, retriesLeft }) {
      if (retriesLeft === 0) return;
      onWait?.(isOnline() ? "retrying" : "offline");
      await waitUntilOnline(signal);
      const seconds = error instanceof ApiError ? error.retryAfterSeconds : undefined;
      if (seconds) await sleep(seconds * 1000, signal);
    },
  });
}

/** Resolves after `milliseconds`; rejects with the signal's reason. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * What browsers know about the network's state. Node knows nothing, so it assumes a network.
 */
const machine = globalThis as unknown as Pick<
  EventTarget,
  "addEventListener" | "removeEventListener"
> & { navigator?: { onLine?: boolean } };

const isOnline = () => machine.navigator?.onLine !== false;

function waitUntilOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    if (isOnline()) return resolve();
    const finish = () => {
      machine.removeEventListener("online", finish);
      signal.removeEventListener("abort", finish);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    machine.addEventListener("online", finish);
    signal.addEventListener("abort", finish, { once: true });
  });
}
