import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { SourceReader } from "../functions/converter/engine/types.ts";

/** What one connection reads at once. */
const READ_BYTES = 256 * 1024;
const LONGEST_HEAD_BYTES = 16 * 1024;

/**
 * An object behind plain HTTP that answers range requests. Made for many gigabytes: each connection
 * reads into one buffer again and again, where `node:http` makes a new one for every 64 KB. So a chunk
 * is valid only until the next one is asked for.
 */
export async function openHttpSource(address: string): Promise<SourceReader> {
  const url = new URL(address);
  const idle: Connection[] = [];
  const ask = async (head: string, signal: AbortSignal) => {
    const connection = idle.pop() ?? (await Connection.open(url));
    const close = () => connection.close();
    signal.addEventListener("abort", close, { once: true });
    const lines = [`${head} HTTP/1.1`, `host: ${url.host}`, "connection: keep-alive"];
    return {
      connection,
      lines,
      done() {
        signal.removeEventListener("abort", close);
      },
    };
  };
  const path = url.pathname + url.search;
  const { connection, lines, done } = await ask(`HEAD ${path}`, AbortSignal.timeout(30_000));
  const { status, lengthBytes } = await connection.request(lines);
  done();
  connection.close();
  if (status !== 200) throw new Error(`${url.host} answers ${status}`);
  return {
    sizeBytes: lengthBytes,
    async *read(startByte, endByte, signal) {
      const { connection, lines, done } = await ask(`GET ${path}`, signal);
      let left = endByte - startByte;
      try {
        const answer = await connection.request([
          ...lines,
          `range: bytes=${startByte}-${endByte - 1}`,
        ]);
        if (answer.status !== 206 || answer.lengthBytes !== left) {
          throw new Error(`a range request was answered with ${answer.status}`);
        }
        while (left > 0) {
          const chunk = await connection.next();
          left -= chunk.length;
          yield chunk;
        }
      } finally {
        done();
        if (left === 0 && !signal.aborted) idle.push(connection);
        else connection.close();
      }
    },
  };
}

class Connection {
  readonly #socket: Socket;
  #chunk: Uint8Array = new Uint8Array(0);
  #ended: Error | undefined;
  #wake: (() => void) | undefined;

  static async open(url: URL): Promise<Connection> {
    const connection = new Connection(url);
    await once(connection.#socket, "connect");
    return connection;
  }

  private constructor(url: URL) {
    this.#socket = connect({
      host: url.hostname,
      port: Number(url.port || 80),
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (bytes, buffer) => {
          this.#chunk = buffer.subarray(0, bytes);
          this.#wake?.();
          // Nothing more until this is used: the next read goes into the same memory.
          return false;
        },
      },
    });
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("close", () => this.#end(new Error("the connection was closed")));
    this.#socket.on("end", () => this.#end(new Error("the connection was closed")));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#wake?.();
  }

  /** Sends a request without body and returns what the answer's head says. */
  async request(lines: readonly string[]): Promise<{ status: number; lengthBytes: number }> {
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    let head = "";
    for (;;) {
      const chunk = await this.next();
      const text = Buffer.from(chunk).toString("latin1");
      const end = (head + text).indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#chunk = chunk.subarray(end + 4 - head.length);
        head = (head + text).slice(0, end);
        break;
      }
      head += text;
      if (head.length > LONGEST_HEAD_BYTES) throw new Error("an answer's head has no end");
    }
    return {
      status: Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1]),
      lengthBytes: Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN),
    };
  }

  /** The next bytes; valid until the next call. */
  async next(): Promise<Uint8Array> {
    while (this.#chunk.length === 0) {
      if (this.#ended) throw this.#ended;
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#socket.resume();
      await woken;
    }
    const chunk = this.#chunk;
    this.#chunk = chunk.subarray(chunk.length);
    return chunk;
  }

  close(): void {
    this.#socket.destroy();
  }
}
