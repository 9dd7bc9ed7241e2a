import type { ExtractCommand, ExtractReport } from "./messages.ts";
import { deleteSoundtrack, readSoundtrack } from "./store.ts";

export type Soundtrack =
  | { kind: "extracted"; blob: File; contentType: string }
  | Extract<ExtractReport, { kind: "unavailable" | "failed" }>;

/** One at a time: reading several files at once is slower on a disk, and hungrier. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Reads the soundtrack of `file` in a worker of its own, whose code (mediabunny) the browser
 * fetches now, on first use. Never throws but for the signal: whatever goes wrong, the whole file
 * can be sent.
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
  const { promise, resolve, reject } =
    Promise.withResolvers<Exclude<ExtractReport, { kind: "reading" }>>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  worker.onerror = ({ message }) => resolve({ kind: "failed", message });
  worker.onmessage = ({ data }: MessageEvent<ExtractReport>) => {
    if (data.kind === "reading") onFraction(data.fraction);
    else resolve(data);
  };
  worker.postMessage({ file, storeName } satisfies ExtractCommand);
  try {
    const outcome = await promise;
    if (outcome.kind !== "extracted") return outcome;
    const blob = await readSoundtrack(storeName, outcome.sizeBytes);
    if (blob === undefined) return { kind: "failed", message: "The stored soundtrack is gone" };
    return { kind: "extracted", blob, contentType: outcome.contentType };
  } catch (error) {
    worker.terminate();
    await deleteSoundtrack(storeName);
    throw error;
  } finally {
    worker.terminate();
    signal.removeEventListener("abort", onAbort);
  }
}
