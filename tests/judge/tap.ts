import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

/** The filter with which the engine sends the samples to its encoder and to a counter. */
const SPLIT = "asplit=2[out][rest]";

/** Copies what the engine sends to its encoder: interleaved samples at the MP3's rate. */
export interface Tap extends AsyncDisposable {
  /** The program for the engine to run as ffmpeg. */
  ffmpegPath: string;
  /** Returns the last encoder's input, or undefined if nothing was encoded. */
  readSamples(): Float32Array | undefined;
}

/**
 * Writes a program that runs `ffmpegPath` with the arguments it gets, and has it send a copy of the
 * encoder's input here. That works with a single encoder only.
 */
export async function startTap(ffmpegPath: string, directory: string): Promise<Tap> {
  let chunks: Buffer[] | undefined;
  const server = createServer((socket) => {
    // A conversion may start over, so only the last connection counts.
    const own: Buffer[] = [];
    chunks = own;
    socket.on("data", (chunk: Buffer) => own.push(chunk));
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const path = join(directory, `tap-${address.port}.sh`);
  await writeFile(
    path,
    [
      "#!/bin/sh",
      "tap=",
      "for argument do",
      "  shift",
      '  case "$argument" in',
      `    *"${SPLIT}"*)`,
      "      tap=1",
      `      argument="\${argument%%"${SPLIT}"*}asplit=3[out][tap][rest]\${argument#*"${SPLIT}"}" ;;`,
      "  esac",
      '  set -- "$@" "$argument"',
      "done",
      `[ -z "$tap" ] || set -- "$@" -map "[tap]" -c:a pcm_f32le -f f32le tcp://127.0.0.1:${address.port}`,
      `exec ${ffmpegPath} "$@"`,
    ].join("\n"),
  );
  await chmod(path, 0o755);
  return {
    ffmpegPath: path,
    readSamples: () => chunks && toFloats(Buffer.concat(chunks)),
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

/** Reads 32-bit samples in the machine's byte order, which ffmpeg uses here, too. */
export function toFloats(bytes: Buffer): Float32Array {
  const whole = bytes.length - (bytes.length % 4);
  return new Float32Array(Uint8Array.from(bytes.subarray(0, whole)).buffer);
}
