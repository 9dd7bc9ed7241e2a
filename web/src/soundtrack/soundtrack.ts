import type { AudioTrackFacts } from "../../../client/soundtrack/list-tracks.ts";
import type {
  ExtractReport,
  PeaksReport,
  Soundtrack,
  TracksReport,
  WorkerCommand,
} from "./messages.ts";
import { deleteSoundtrack } from "./store.ts";

/** Kept between two files: starting a worker takes longer than reading a short video. */
let idleWorker: Worker | undefined;

/** One at a time: reading several files at the same time is slower, and takes more memory. */
let queue: Promise<unknown> = Promise.resolve();

interface ReadingHooks {
  signal: AbortSignal;
  onFraction: (fraction: number) => void;
  /** Its number, from 1; undefined for the one that players play. */
  audioTrack: number | undefined;
}

/**
 * Reads the soundtrack of `file` in a worker of its own, whose code (mediabunny) the browser
 * fetches now, on first use. Throws only for the signal: whatever goes wrong, the whole file can be
 * sent.
 */
export function readSoundtrackOf(
  file: File,
  storeName: string,
  hooks: ReadingHooks,
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
  { signal, onFraction, audioTrack }: ReadingHooks,
): Promise<Soundtrack> {
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
  worker.postMessage({ kind: "extract", file, storeName, audioTrack } satisfies WorkerCommand);
  try {
    const soundtrack = await promise;
    // A failure may have left the worker in any state.
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

/** Lists the audio tracks of `file`, in a worker of its own; none where they can't be read. */
export async function listTracksOf(
  file: File,
  signal: AbortSignal,
): Promise<readonly AudioTrackFacts[]> {
  const worker = startWorker();
  const { promise, resolve } = Promise.withResolvers<readonly AudioTrackFacts[]>();
  const giveUp = () => resolve([]);
  signal.addEventListener("abort", giveUp, { once: true });
  worker.onerror = giveUp;
  worker.onmessage = ({ data }: MessageEvent<TracksReport>) =>
    resolve(data.kind === "tracks" ? data.tracks : []);
  worker.postMessage({ kind: "tracks", file } satisfies WorkerCommand);
  try {
    return await promise;
  } finally {
    worker.terminate();
  }
}

const startWorker = () =>
  new Worker(new URL("./media.worker.ts", import.meta.url), { type: "module" });
