import { once } from "node:events";
import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { SourceReader } from "./types.ts";

/** What one connection reads at once. */
const READ_BYTES = 256 * 1024;
const LONGEST_HEAD_BYTES = 16 * 1024;

/** A server that says nothing for so long says nothing any more. */
const LONGEST_SILENCE_MS = 30_000;

/** Servers close idle connections after some seconds; one that is older isn't used again. */
const LONGEST_IDLE_MS = 3000;

/**
 * Reads ranges of what `address` (http or https) holds; every request also has `headers`. Made for many
 * gigabytes: each connection reads into one buffer again and again, where `node:http` makes a new one
 * for every 64 KB, which costs a third of the time of a conversion (docs/engine.md). So a chunk is valid
 * only until the next one is asked for. Throws where the answer isn't the range, and leaves trying again
 * to the caller.
 */
export function createRangeRead(
  address: string,
  headers: Readonly<Record<string, string>> = {},
  longestSilenceMs = LONGEST_SILENCE_MS,
): SourceReader["read"] {
  const url = new URL(address);
  const own = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const idle: Connection[] = [];
  return async function* read(startByte, endByte, signal) {
    signal.throwIfAborted();
    const connection = takeIdle(idle) ?? (await Connection.open(url, longestSilenceMs, signal));
    const close = () => connection.close();
    signal.addEventListener("abort", close, { once: true });
    let left = endByte - startByte;
    try {
      const answer = await connection.request([
        `GET ${url.pathname}${url.search} HTTP/1.1`,
        `host: ${url.host}`,
        `range: bytes=${startByte}-${endByte - 1}`,
        ...own,
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
      signal.removeEventListener("abort", close);
      if (left === 0 && !signal.aborted) connection.keep(idle);
      else connection.close();
    }
  };
}

function takeIdle(idle: Connection[]): Connection | undefined {
  for (let connection = idle.pop(); connection; connection = idle.pop()) {
    if (connection.isUsable) return connection;
    connection.close();
  }
  return undefined;
}

/** One connection that is asked for one range at a time (RFC 9112). */
class Connection {
  readonly #socket: Socket;
  readonly #longestSilenceMs: number;
  #chunk: Uint8Array = new Uint8Array(0);
  #ended: Error | undefined;
  #wake: (() => void) | undefined;
  #isPersistent = true;
  #idleSince = 0;

  static async open(url: URL, longestSilenceMs: number, signal: AbortSignal): Promise<Connection> {
    const connection = new Connection(url, longestSilenceMs);
    const event = url.protocol === "https:" ? "secureConnect" : "connect";
    try {
      await once(connection.#socket, event, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(longestSilenceMs)]),
      });
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  private constructor(url: URL, longestSilenceMs: number) {
    this.#longestSilenceMs = longestSilenceMs;
    const isSecure = url.protocol === "https:";
    const options: TcpNetConnectOpts = {
      host: url.hostname,
      port: Number(url.port || (isSecure ? 443 : 80)),
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
    };
    this.#socket = isSecure
      ? connectSecurely({ ...options, servername: url.hostname })
      : connect(options);
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("timeout", () => this.#socket.destroy(new Error("the server fell silent")));
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
    this.#isPersistent = !/^connection: *close/im.test(head);
    return {
      status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]),
      lengthBytes: Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN),
    };
  }

  /** The next bytes; valid until the next call. */
  async next(): Promise<Uint8Array> {
    while (this.#chunk.length === 0) {
      if (this.#ended) throw this.#ended;
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      // Only while somebody waits: a reader that takes its time is no silent server.
      this.#socket.setTimeout(this.#longestSilenceMs);
      this.#socket.resume();
      await woken.promise;
      this.#wake = undefined;
      this.#socket.setTimeout(0);
    }
    const chunk = this.#chunk;
    this.#chunk = chunk.subarray(chunk.length);
    return chunk;
  }

  get isUsable(): boolean {
    return !this.#ended && performance.now() - this.#idleSince < LONGEST_IDLE_MS;
  }

  /** Lets the next request have it. */
  keep(idle: Connection[]): void {
    this.#idleSince = performance.now();
    if (this.#isPersistent) idle.push(this);
    else this.close();
  }

  close(): void {
    this.#socket.destroy();
  }
}
