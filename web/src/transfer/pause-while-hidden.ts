import { sleep } from "../../../client/retry.ts";

/** In a hidden tab only a notification can be missed, and that may come a little late. */
const HIDDEN_DELAY_MILLISECONDS = 30_000;

/**
 * Waits `milliseconds`, but in a hidden tab until somebody looks at it again, or for half a minute
 * if the user wants a notification.
 */
export async function pauseWhileHidden(milliseconds: number, signal: AbortSignal) {
  if (!document.hidden) return sleep(milliseconds, signal);
  const wantsNotification = "Notification" in window && Notification.permission === "granted";
  const shown = new AbortController();
  const onChange = () => shown.abort();
  document.addEventListener("visibilitychange", onChange, { once: true });
  try {
    const either = AbortSignal.any([signal, shown.signal]);
    await sleep(wantsNotification ? HIDDEN_DELAY_MILLISECONDS : 2 ** 31 - 1, either);
  } catch {
    signal.throwIfAborted();
  } finally {
    document.removeEventListener("visibilitychange", onChange);
  }
}
