/** After a refresh, the page before lets go only when it is quite gone, which takes a moment. */
const PATIENCE_MS = 8000;

/**
 * Makes `id` this tab's business until `release` aborts: two tabs that went on with the same upload
 * would send everything twice. Resolves with false when another tab has it.
 * https://developer.mozilla.org/docs/Web/API/Web_Locks_API
 */
export function holdInThisTab(id: string, release: AbortSignal): Promise<boolean> {
  if (navigator.locks === undefined) return Promise.resolve(true);
  return new Promise((resolve) => {
    const hold = () => {
      resolve(true);
      return new Promise<void>((done) => {
        if (release.aborted) done();
        release.addEventListener("abort", () => done(), { once: true });
      });
    };
    navigator.locks
      .request(`tapedeck:${id}`, { signal: AbortSignal.timeout(PATIENCE_MS) }, hold)
      .catch(() => resolve(false));
  });
}
