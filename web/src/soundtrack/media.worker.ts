import { BlobSource } from "../../../client/byte-source.ts";
import { type Chunk, extractSoundtrack } from "../../../client/soundtrack/extract.ts";
import { listAudioTracks } from "../../../client/soundtrack/list-tracks.ts";
import type { ExtractReport, PeaksReport, TracksReport, WorkerCommand } from "./messages.ts";
import { readPeaks } from "./read-peaks.ts";
import { deleteSoundtrack, openDirectory } from "./store.ts";

declare global {
  // In workers only, so TypeScript's window library lacks it.
  interface FileSystemFileHandle {
    createSyncAccessHandle(): Promise<{
      write(data: Uint8Array<ArrayBuffer>, options: { at: number }): number;
      getSize(): number;
      truncate(sizeBytes: number): void;
      flush(): void;
      close(): void;
    }>;
  }
}

const report = (message: ExtractReport | PeaksReport | TracksReport) => self.postMessage(message);

async function extractInto(
  file: File,
  storeName: string,
  audioTrack: number | undefined,
): Promise<ExtractReport> {
  const handle = await (await openDirectory()).getFileHandle(storeName, { create: true });
  const store = await handle.createSyncAccessHandle();
  try {
    store.truncate(0);
    const write = ({ position, data }: Chunk) => {
      if (store.write(data, { at: position }) < data.byteLength) {
        throw new DOMException("The disk is full", "QuotaExceededError");
      }
    };
    const onFraction = (fraction: number) => report({ kind: "reading", fraction });
    const extraction = await extractSoundtrack(
      new BlobSource(file),
      { write, onFraction },
      audioTrack,
    );
    if (extraction.kind === "unavailable") return extraction;
    store.flush();
    return { ...extraction, sizeBytes: store.getSize() };
  } finally {
    store.close();
  }
}

async function extract(file: File, storeName: string, audioTrack: number | undefined) {
  let outcome: ExtractReport;
  try {
    outcome = await extractInto(file, storeName, audioTrack);
  } catch (error) {
    outcome = { kind: "failed", message: String(error) };
  }
  if (outcome.kind !== "extracted") await deleteSoundtrack(storeName);
  report(outcome);
}

async function draw(file: Blob) {
  try {
    for await (const part of readPeaks(file)) report({ kind: "peaks", ...part });
    report({ kind: "complete" });
  } catch (error) {
    report({ kind: "failed", message: String(error) });
  }
}

async function list(file: File) {
  try {
    report({ kind: "tracks", tracks: await listAudioTracks(new BlobSource(file)) });
  } catch (error) {
    report({ kind: "failed", message: String(error) });
  }
}

self.onmessage = ({ data }: MessageEvent<WorkerCommand>) => {
  switch (data.kind) {
    case "extract":
      return extract(data.file, data.storeName, data.audioTrack);
    case "peaks":
      return draw(data.file);
    case "tracks":
      return list(data.file);
  }
};
