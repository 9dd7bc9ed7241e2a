import { once } from "node:events";
import { open, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { AWS_FIGURES } from "../../engine/reading/aws-figures.ts";

/**
 * Stands in for S3: range requests on files of one directory, each answered after a latency, each
 * connection held to a bandwidth, and all of them to another. Runs as a process of its own so that
 * its work isn't the reader's. Arguments: directory, latency in ms, bytes per second of a connection,
 * and of all. Prints its port.
 */
const [
  directory = ".",
  latencyMs = `${AWS_FIGURES.requestSeconds * 1000}`,
  bytesPerSecond = `${AWS_FIGURES.bytesPerSecond}`,
  allBytesPerSecond = "Infinity",
] = process.argv.slice(2);
const CHUNK_BYTES = 256 * 1024;

/** When the link has sent what it was given so far. */
let linkFreeAt = 0;

/** Milliseconds until the link has room for so many bytes more. */
function takeTurn(bytes: number): number {
  const now = performance.now();
  linkFreeAt = Math.max(linkFreeAt, now) + (bytes / Number(allBytesPerSecond)) * 1000;
  return linkFreeAt - now;
}

const server = createServer(async (request, response) => {
  try {
    const path = `${directory}/${decodeURIComponent((request.url ?? "/").slice(1))}`;
    const { size } = await stat(path);
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
    const start = Number(range?.[1] ?? 0);
    const end = Math.min(size, Number(range?.[2] ?? size - 1) + 1);
    await delay(Number(latencyMs));
    response.writeHead(206, {
      "content-length": end - start,
      "content-range": `bytes ${start}-${end - 1}/${size}`,
    });
    const since = performance.now();
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    await using file = await open(path);
    for (let at = start; at < end && !response.destroyed; ) {
      const { bytesRead, buffer } = await file.read({
        buffer: Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at)),
        position: at,
      });
      at += bytesRead;
      if (!response.write(buffer.subarray(0, bytesRead))) {
        await once(response, "drain", { signal: gone.signal });
      }
      const aheadMs = ((at - start) / Number(bytesPerSecond)) * 1000 - (performance.now() - since);
      const waitMs = Math.max(aheadMs, takeTurn(bytesRead));
      if (waitMs > 2) await delay(waitMs);
    }
    response.end();
  } catch {
    response.destroy();
  }
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : "");
});
