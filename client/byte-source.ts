/** What is uploaded: a file chosen in a browser, a file on disk, or extracted audio. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Reads the bytes from `start` up to, but not including, `end`. @throws SourceError */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Returns the same range as a request's body, without holding it in memory. */
  slice(start: number, end: number): RequestBody;
}

/** A browser's request takes a Blob; Node's takes any stream of bytes. */
type RequestBody = Blob | AsyncIterable<Uint8Array>;

export class BlobSource implements ByteSource {
  readonly #blob: Blob;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get sizeBytes() {
    return this.#blob.size;
  }

  async read(start: number, end: number) {
    return new Uint8Array(await this.#blob.slice(start, end).arrayBuffer());
  }

  slice(start: number, end: number) {
    return this.#blob.slice(start, end);
  }
}
