import type { ApiClient } from "../api/client.ts";
import type { JobView } from "../api/contract.ts";
import { PATIENT, sleep, withRetries } from "../api/retry.ts";

const FIRST_DELAY_MS = 700;
const MAX_DELAY_MS = 8_000;
/** In a hidden tab only a notification can be missed, and that may come a little late. */
const HIDDEN_DELAY_MS = 30_000;

export const isFinished = ({ state }: Pick<JobView, "state">) =>
  state === "completed" || state === "failed";

/**
 * Asks for a job until it is finished, less often while nothing changes. In a hidden tab it pauses,
 * or asks twice a minute where the user wants a notification. Throws ApiError (404: deleted).
 */
export async function watchJob(
  api: ApiClient,
  jobId: string,
  signal: AbortSignal,
  onJob: (job: JobView) => void,
): Promise<JobView> {
  let delayMs = FIRST_DELAY_MS;
  let last = "";
  for (;;) {
    const job = await withRetries(() => api.readJob(jobId, signal), { policy: PATIENT, signal });
    onJob(job);
    if (isFinished(job)) return job;
    const seen = `${job.state} ${job.progress?.fraction}`;
    delayMs = seen === last ? Math.min(delayMs * 1.5, MAX_DELAY_MS) : FIRST_DELAY_MS;
    last = seen;
    await pause(delayMs, signal);
  }
}

async function pause(delayMs: number, signal: AbortSignal) {
  if (!document.hidden) return sleep(delayMs, signal);
  const wantsNotification = "Notification" in window && Notification.permission === "granted";
  const shown = new AbortController();
  const onChange = () => shown.abort();
  document.addEventListener("visibilitychange", onChange, { once: true });
  try {
    const either = AbortSignal.any([signal, shown.signal]);
    await sleep(wantsNotification ? HIDDEN_DELAY_MS : 2 ** 31 - 1, either);
  } catch {
    signal.throwIfAborted();
  } finally {
    document.removeEventListener("visibilitychange", onChange);
  }
}
