import { once } from "node:events";
import { connect, isIP, type Socket, type TcpNetConnectOpts } from "node:net";
import { connect as connectSecurely } from "node:tls";
import type { SourceReader } from "../types.ts";

/** How much one connection reads at once. */
const READ_BYTES = 256 * 1024;

/** How much of a TLS connection Node delivers at once: one record (RFC 8446 §5.1). */
const TLS_READ_BYTES = 16 * 1024;

/** A reachable server accepts a connection within milliseconds. */
const LONGEST_CONNECT_MS = 5000;
const LONGEST_HEAD_BYTES = 16 * 1024;

/** A server that is silent for longer won't answer any more. */
const LONGEST_SILENCE_MS = 30_000;

/** Servers close idle connections after a few seconds. This closes them sooner. */
const LONGEST_IDLE_MS = 3000;

/**
 * Creates a function that reads byte ranges of `address` (http or https). It is made for many
 * gigabytes: a connection reuses its memory, where `node:http` allocates new memory for every 64 KB
 * (docs/adr/0042-ranges-by-our-own-client.md). So a chunk is valid only until the next one is
 * requested. It throws if the answer isn't the range. Retrying is left to the caller.
 *
 * @param headers are sent with every request
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
      signal.throwIfAborted();
      const answer = await connection.request([
        `GET ${url.pathname}${url.search} HTTP/1.1`,
        `host: ${url.host}`,
        `range: bytes=${startByte}-${endByte - 1}`,
        ...own,
      ]);
      if (answer.status !== 206) {
        const code = await connection.readErrorCode(answer.lengthBytes);
        throw new Error(`a range request was answered with ${answer.status} ${code}`);
      }
      if (answer.lengthBytes !== left) {
        throw new Error(`${left} bytes were asked for and ${answer.lengthBytes} answered`);
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
    if (connection.isOpen) return connection;
  }
  return undefined;
}

/** Requests one range at a time over one connection (RFC 9112). */
class Connection {
  readonly #socket: Socket;
  readonly #longestSilenceMs: number;
  readonly #chunks: Uint8Array[] = [];
  /** Buffers of a TLS connection that are free again. */
  readonly #spare: Buffer[] = [];
  #lent: Uint8Array | undefined;
  #ended: Error | undefined;
  #wake: (() => void) | undefined;
  #isPersistent = true;

  static async open(url: URL, longestSilenceMs: number, signal: AbortSignal): Promise<Connection> {
    const connection = new Connection(url, longestSilenceMs);
    const event = url.protocol === "https:" ? "secureConnect" : "connect";
    try {
      await once(connection.#socket, event, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_CONNECT_MS)]),
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
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    const options: TcpNetConnectOpts = {
      host,
      port: Number(url.port || (isSecure ? 443 : 80)),
      noDelay: true,
      onread: {
        // TLS delivers decrypted records one by one, even after the reader has asked it to stop.
        buffer: isSecure
          ? () => this.#spare.pop() ?? Buffer.allocUnsafeSlow(TLS_READ_BYTES)
          : Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (bytes, buffer) => {
          this.#chunks.push(buffer.subarray(0, bytes));
          this.#wake?.();
          // Stop until this chunk is used. Without TLS, the next read overwrites the same memory.
          return false;
        },
      },
    };
    this.#socket = isSecure
      ? connectSecurely({ ...options, ...(isIP(host) ? {} : { servername: host }) })
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

  /** Sends a request without a body and returns the status and length from the answer's head. */
  async request(lines: readonly string[]): Promise<{ status: number; lengthBytes: number }> {
    this.#socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    let head = "";
    for (;;) {
      const chunk = await this.next();
      const text = Buffer.from(chunk).toString("latin1");
      const end = (head + text).indexOf("\r\n\r\n");
      if (end >= 0) {
        this.#lent = undefined;
        const rest = chunk.subarray(end + 4 - head.length);
        if (rest.length > 0) this.#chunks.unshift(rest);
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

  /** Reads S3's name for the error from the start of the answer's body. */
  async readErrorCode(lengthBytes: number): Promise<string> {
    const text = lengthBytes === 0 ? "" : Buffer.from(await this.next()).toString("latin1");
    return /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? "";
  }

  /** Returns the next bytes, which are valid until the next call. */
  async next(): Promise<Uint8Array> {
    if (this.#lent?.buffer.byteLength === TLS_READ_BYTES) {
      this.#spare.push(Buffer.from(this.#lent.buffer));
    }
    this.#lent = undefined;
    while (this.#chunks.length === 0) {
      if (this.#ended) throw this.#ended;
      const woken = Promise.withResolvers<void>();
      this.#wake = woken.resolve;
      // The timeout runs only while someone waits. A slow reader doesn't make the server silent.
      this.#socket.setTimeout(this.#longestSilenceMs);
      this.#socket.resume();
      await woken.promise;
      this.#wake = undefined;
      this.#socket.setTimeout(0);
    }
    this.#lent = this.#chunks.shift() as Uint8Array;
    return this.#lent;
  }

  get isOpen(): boolean {
    return !this.#ended && !this.#socket.destroyed;
  }

  /** Keeps the connection open for the next request, if that comes soon. */
  keep(idle: Connection[]): void {
    if (!this.#isPersistent) return void this.close();
    this.#socket.setTimeout(LONGEST_IDLE_MS);
    idle.push(this);
  }

  close(): void {
    this.#socket.destroy();
  }
}
