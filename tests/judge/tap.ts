import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";

/** Where the engine's decoder parts the samples for its one encoder from those that it counts. */
const PARTS = "asplit=2[out][rest]";

/** The samples that the engine hands to its encoder: interleaved, at the MP3's rate. */
export interface Tap extends AsyncDisposable {
  /** A program in ffmpeg's place. */
  ffmpegPath: string;
  /** What went to the last encoder; none where no audio was encoded. */
  readSamples(): Float32Array | undefined;
}

/**
 * Puts a program between the engine and `ffmpegPath` that runs it as it was told to, and asks
 * it for a copy of what goes to the encoder. With several encoders there is no copy.
 */
export async function startTap(ffmpegPath: string, directory: string): Promise<Tap> {
  let chunks: Buffer[] | undefined;
  const server = createServer((socket) => {
    // A conversion that starts over gives other samples.
    const own: Buffer[] = [];
    chunks = own;
    socket.on("data", (chunk: Buffer) => own.push(chunk));
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port was given");
  const path = join(directory, `tap-${address.port}.sh`);
  await writeFile(
    path,
    [
      "#!/bin/sh",
      "tap=",
      "for argument do",
      "  shift",
      '  case "$argument" in',
      `    *"${PARTS}"*)`,
      "      tap=1",
      `      argument="\${argument%%"${PARTS}"*}asplit=3[out][tap][rest]\${argument#*"${PARTS}"}" ;;`,
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

/** 32-bit samples in the machine's byte order, which is ffmpeg's here, too. */
export function toFloats(bytes: Buffer): Float32Array {
  const whole = bytes.length - (bytes.length % 4);
  return new Float32Array(Uint8Array.from(bytes.subarray(0, whole)).buffer);
}
