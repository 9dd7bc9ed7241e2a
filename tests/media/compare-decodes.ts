import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const run = promisify(execFile);

/** ffmpeg 5.1 keeps some of the encoder's padding at both ends of a track. ffmpeg 9 removes it. */
const toleratedFrames = 3 * 1024;
const wantedMatchDecibels = 45;

/** Fails unless the ffmpeg `command` decodes a file as a full ffmpeg does. */
export async function compareDecodes(
  command: readonly string[],
  path: string,
  channels: number,
): Promise<void> {
  const decoded = await decode(command, path);
  const expected = await decode([await findFullFfmpeg()], path);
  assert.ok(expected.length > 8000 * channels, `the full ffmpeg gives ${expected.length} samples`);
  const surplus = decoded.length - expected.length;
  const frames = surplus / channels;
  assert.ok(Math.abs(frames) <= toleratedFrames, `${frames} sample frames more than expected`);
  const match = Math.max(
    matchDecibels(decoded, expected),
    matchDecibels(decoded.subarray(Math.max(0, surplus)), expected),
  );
  assert.ok(match >= wantedMatchDecibels, `the audio differs: ${match.toFixed(1)} dB`);
}

async function decode(
  [program = "", ...first]: readonly string[],
  path: string,
): Promise<Float32Array> {
  const { stdout } = await run(
    program,
    [...first, "-v", "error", "-i", path, "-map", "0:a:0", "-f", "f32le", "-"],
    { encoding: "buffer", maxBuffer: 64 << 20 },
  );
  return new Float32Array(stdout.buffer, stdout.byteOffset, stdout.byteLength / 4);
}

/** Returns the level of `expected` relative to its difference from `decoded`, over the shorter one. */
function matchDecibels(decoded: Float32Array, expected: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (const [index, sample] of expected.entries()) {
    const other = decoded[index];
    if (other === undefined) break;
    signal += sample ** 2;
    noise += (sample - other) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
