import { createReadStream, statSync } from "node:fs";
import type { Mp3Sink, SourceReader } from "../../engine/types.ts";

/** Opens a file for the engine. */
export function openFileSource(path: string): SourceReader {
  return {
    sizeBytes: statSync(path).size,
    read: (startByte, endByte, signal) =>
      createReadStream(path, { start: startByte, end: endByte - 1, signal }),
  };
}

/** Keeps an MP3 in memory, and whether it was finished or aborted. */
export class MemorySink implements Mp3Sink {
  #frames: Uint8Array[] = [];
  mp3: Buffer | undefined;
  aborted = false;

  async write(frames: Uint8Array): Promise<void> {
    this.#frames.push(Uint8Array.from(frames));
  }
  async finish(head: Uint8Array): Promise<void> {
    this.aborted = false;
    this.mp3 = Buffer.concat([head, ...this.#frames]);
  }
  async abort(): Promise<void> {
    this.#frames = [];
    this.aborted = true;
  }
}
