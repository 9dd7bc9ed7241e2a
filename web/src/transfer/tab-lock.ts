/**
 * After a refresh, it takes a moment until the previous page is gone and releases its lock.
 */
const PATIENCE_MILLISECONDS = 3000;

/**
 * Locks `id` for this tab until `release` aborts, because two tabs with the same file would send
 * everything twice. Resolves once this tab has the lock, after any other tab has closed or released
 * it. https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 *
 * @param onBusy called when it takes longer than a refresh: another tab has it.
 */
export function holdInThisTab(id: string, release: AbortSignal, onBusy: () => void): Promise<void> {
  // There are no locks in an insecure context.
  if (navigator.locks === undefined) return Promise.resolve();
  const timer = setTimeout(onBusy, PATIENCE_MILLISECONDS);
  return new Promise((resolve, reject) => {
    const hold = () => {
      clearTimeout(timer);
      resolve();
      return new Promise<void>((done) => {
        if (release.aborted) done();
        release.addEventListener("abort", () => done(), { once: true });
      });
    };
    release.addEventListener("abort", () => clearTimeout(timer), { once: true });
    navigator.locks.request(`tapedeck:${id}`, { signal: release }, hold).catch(reject);
  });
}
