import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { convertMedia } from "../../engine/convert-media.ts";
import type { EngineOptions } from "../../engine/types.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { MemorySink, openFileSource } from "./file-source.ts";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const run = promisify(execFile);

/** Converts a file into memory, with the engine as it is deployed. */
export async function convertFile(path: string, options: Partial<EngineOptions> = {}) {
  const { path: ffmpegPath } = await resolveFfmpeg();
  const sink = new MemorySink();
  const outcome = await convertMedia(
    openFileSource(path),
    sink,
    { quality: "v2", fallbackTitle: "File name", ffmpegPath, remainingSeconds: 900, ...options },
    { signal: AbortSignal.timeout(60_000) },
  );
  return { outcome, sink };
}

/** Decodes an MP3 as a gapless player does, to two interleaved channels. */
export async function decodeMp3(
  mp3: Buffer,
  directory: string,
  sampleRate: number,
): Promise<{ samples: number; pcm: Float32Array }> {
  const path = join(directory, `decoded-${process.hrtime.bigint()}.mp3`);
  await writeFile(path, mp3);
  const { stdout } = await run(
    await findFullFfmpeg(),
    ["-v", "error", "-i", path, "-f", "f32le", "-ac", "2", "-ar", `${sampleRate}`, "-"],
    { encoding: "buffer", maxBuffer: 1 << 28 },
  );
  const pcm = new Float32Array(
    stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length),
  );
  return { samples: pcm.length / 2, pcm };
}
