/**
 * After a refresh the previous page releases its lock only when it is completely gone, which takes
 * a moment.
 */
const PATIENCE_MILLISECONDS = 3000;

/**
 * Makes `id` this tab's business until `release` aborts: two tabs that sent the same file would send
 * everything twice. Resolves once this tab has it, which is when another one has closed or let go.
 * https://developer.mozilla.org/docs/Web/API/Web_Locks_API
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
