import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const run = promisify(execFile);

/** ffmpeg 5.1 keeps some of the encoder's padding at a track's ends, which 9 removes. */
const toleratedFrames = 3 * 1024;
const wantedMatchDecibels = 45;

/** Fails unless `command`, an ffmpeg, hears in a file what a full one does. */
export async function compareDecodes(
  command: readonly string[],
  path: string,
  channels: number,
): Promise<void> {
  const heard = await decode(command, path);
  const expected = await decode([await findFullFfmpeg()], path);
  assert.ok(expected.length > 8000 * channels, `the full ffmpeg gives ${expected.length} samples`);
  const surplus = heard.length - expected.length;
  const frames = surplus / channels;
  assert.ok(Math.abs(frames) <= toleratedFrames, `${frames} sample frames too many`);
  const match = Math.max(
    matchDecibels(heard, expected),
    matchDecibels(heard.subarray(Math.max(0, surplus)), expected),
  );
  assert.ok(match >= wantedMatchDecibels, `the sound differs: ${match.toFixed(1)} dB`);
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

/** The level of `expected` over that of its difference from `heard`, where both go on. */
function matchDecibels(heard: Float32Array, expected: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (const [index, sample] of expected.entries()) {
    const other = heard[index];
    if (other === undefined) break;
    signal += sample ** 2;
    noise += (sample - other) ** 2;
  }
  return noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
}
