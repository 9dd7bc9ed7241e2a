import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { ByteSource } from "../byte-source.ts";
import { SourceError } from "../errors.ts";

/** A file on disk. It is opened for each range, so nothing stays open between parts. */
export class FileSource implements ByteSource {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMilliseconds: number;

  private constructor(path: string, sizeBytes: number, modifiedAtMilliseconds: number) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.modifiedAtMilliseconds = modifiedAtMilliseconds;
  }

  /** @throws the file system's error if there is no such file. */
  static async open(path: string): Promise<FileSource> {
    const { size, mtimeMs } = await stat(path);
    return new FileSource(path, size, mtimeMs);
  }

  async read(start: number, end: number) {
    const bytes = new Uint8Array(end - start);
    const file = await open(this.path).catch(fail);
    try {
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    } finally {
      await file.close();
    }
  }

  async *slice(start: number, end: number): AsyncGenerator<Uint8Array> {
    if (end <= start) return;
    let readBytes = 0;
    try {
      const stream = createReadStream(this.path, {
        start,
        end: end - 1,
        highWaterMark: 256 * 1024,
      });
      for await (const chunk of stream) {
        readBytes += chunk.byteLength;
        yield chunk;
      }
    } catch (cause) {
      fail(cause);
    }
    if (readBytes < end - start) fail(new Error("The file has become shorter."));
  }
}

function fail(cause: unknown): never {
  throw new SourceError("The file can no longer be read: it was moved, changed or unplugged.", {
    cause,
  });
}
