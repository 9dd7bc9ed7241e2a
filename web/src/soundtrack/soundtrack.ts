import type { ExtractCommand, ExtractReport, Soundtrack } from "./messages.ts";
import { deleteSoundtrack } from "./store.ts";

/** One at a time: reading several files at the same time is slower, and takes more memory. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Reads the soundtrack of `file` in a worker of its own, whose code (mediabunny) the browser
 * fetches now, on first use. Throws only for the signal: whatever goes wrong, the whole file can be
 * sent.
 */
export function readSoundtrackOf(
  file: File,
  storeName: string,
  hooks: { signal: AbortSignal; onFraction: (fraction: number) => void },
): Promise<Soundtrack> {
  if (!isSecureContext) {
    return Promise.resolve({ kind: "failed", message: "No private files without https" });
  }
  const reading = queue.then(() => runWorker(file, storeName, hooks));
  queue = reading.catch(() => {});
  return reading;
}

async function runWorker(
  file: File,
  storeName: string,
  hooks: { signal: AbortSignal; onFraction: (fraction: number) => void },
): Promise<Soundtrack> {
  const { signal, onFraction } = hooks;
  signal.throwIfAborted();
  const worker = new Worker(new URL("./extract.worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<Soundtrack>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  worker.onerror = ({ message }) => resolve({ kind: "failed", message });
  worker.onmessage = ({ data }: MessageEvent<ExtractReport>) => {
    if (data.kind === "reading") onFraction(data.fraction);
    else resolve(data);
  };
  worker.postMessage({ file, storeName } satisfies ExtractCommand);
  try {
    return await promise;
  } catch (error) {
    worker.terminate();
    await deleteSoundtrack(storeName);
    throw error;
  } finally {
    worker.terminate();
    signal.removeEventListener("abort", onAbort);
  }
}
