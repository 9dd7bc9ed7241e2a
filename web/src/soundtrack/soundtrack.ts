import type { ExtractReport, PeaksReport, Soundtrack, WorkerCommand } from "./messages.ts";
import { deleteSoundtrack } from "./store.ts";

/** Kept between two files: starting a worker takes longer than reading a short video. */
let idleWorker: Worker | undefined;

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
  const last: Promise<unknown> = reading
    .catch(() => {})
    .then(() => {
      if (queue !== last) return;
      idleWorker?.terminate();
      idleWorker = undefined;
    });
  queue = last;
  return reading;
}

async function runWorker(
  file: File,
  storeName: string,
  hooks: { signal: AbortSignal; onFraction: (fraction: number) => void },
): Promise<Soundtrack> {
  const { signal, onFraction } = hooks;
  signal.throwIfAborted();
  const worker = idleWorker ?? startWorker();
  idleWorker = undefined;
  const { promise, resolve, reject } = Promise.withResolvers<Soundtrack>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  worker.onerror = ({ message }) => resolve({ kind: "failed", message });
  worker.onmessage = ({ data }: MessageEvent<ExtractReport>) => {
    if (data.kind === "reading") onFraction(data.fraction);
    else resolve(data);
  };
  worker.postMessage({ kind: "extract", file, storeName } satisfies WorkerCommand);
  try {
    const soundtrack = await promise;
    // What failed may have left the worker in any state.
    if (soundtrack.kind === "failed") worker.terminate();
    else idleWorker = worker;
    return soundtrack;
  } catch (error) {
    worker.terminate();
    await deleteSoundtrack(storeName);
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Decodes `file` in a worker of its own to draw it, until `signal` aborts.
 *
 * @param onReport called with more and more peaks, then with how it ended.
 */
export function drawSoundtrack(
  file: Blob,
  signal: AbortSignal,
  onReport: (report: PeaksReport) => void,
) {
  const worker = startWorker();
  const end = () => worker.terminate();
  signal.addEventListener("abort", end, { once: true });
  worker.onerror = ({ message }) => onReport({ kind: "failed", message });
  worker.onmessage = ({ data }: MessageEvent<PeaksReport>) => {
    if (data.kind !== "peaks") end();
    onReport(data);
  };
  worker.postMessage({ kind: "peaks", file } satisfies WorkerCommand);
}

const startWorker = () =>
  new Worker(new URL("./media.worker.ts", import.meta.url), { type: "module" });
