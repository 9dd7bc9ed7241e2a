import { execFile } from "node:child_process";
import { open, rm, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { toArguments } from "../../engine/ffmpeg/arguments.ts";
import { readHostArch } from "../../layers/ffmpeg/inspect.ts";
import { fetchWheelFfmpeg } from "../../layers/ffmpeg/wheel.ts";

const run = promisify(execFile);

/** Finds an ffmpeg with video encoders, which the lean one for conversions doesn't have. */
let fullFfmpeg: Promise<string> | undefined;
const findFullFfmpeg = () => {
  fullFfmpeg ??= fetchWheelFfmpeg(process.platform, readHostArch());
  return fullFfmpeg;
};

async function ffmpeg(...args: string[]) {
  await run(await findFullFfmpeg(), ["-v", "error", "-nostdin", "-y", ...args]);
}

/** Sweeps and noise, in which a shift by one sample is noticed. */
const sound = (seconds: number) => [
  "-f",
  "lavfi",
  "-i",
  `aevalsrc=0.3*sin(2*PI*(200+40*t)*t)+0.1*random(0):s=44100:d=${seconds}`,
];
const picture = (seconds: number) => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=size=320x180:rate=25:duration=${seconds}`,
];

/** Makes a video of `seconds` with a title and an artist. */
export async function makeVideo(path: string, seconds: number, codecArgs: readonly string[] = []) {
  await ffmpeg(
    ...picture(seconds),
    ...sound(seconds),
    ...toArguments({ metadata: ["title=The title", "artist=Ann"] }),
    ...toArguments({ "c:v": "mpeg4", "b:v": "1M", "c:a": "aac", "b:a": "96k" }),
    ...codecArgs,
    path,
  );
}

/** Makes a video with two audio tracks, of which the second is the default, and a cover. */
export async function makeTaggedVideo(path: string, seconds: number) {
  await ffmpeg(
    ...picture(seconds),
    ...toArguments({ f: "lavfi", i: `sine=300:d=${seconds}` }),
    ...sound(seconds),
    ...toArguments({ f: "lavfi", i: "testsrc2=size=200x200:rate=1:duration=1" }),
    ...toArguments({ map: [0, 1, 2, 3] }),
    ...toArguments({ metadata: ["title=The title", "artist=Ann"] }),
    ...toArguments({ "c:v:0": "mpeg4", "b:v:0": "1M", "c:v:1": "mjpeg", "c:a": "aac" }),
    // Two mono tracks could be left and right.
    ...toArguments({ "ac:a:0": "2" }),
    ...toArguments({ "disposition:a:0": "0", "disposition:a:1": "default" }),
    ...toArguments({ "disposition:v:1": "attached_pic" }),
    path,
  );
}

/**
 * Makes the same video as large as requested, with a `free` box at its end. The box is sparse on
 * disk, and takes as long to upload as anything else.
 */
export async function makeLargeVideo(path: string, seconds: number, sizeBytes: number) {
  await makeVideo(path, seconds, ["-movflags", "+faststart"]);
  await appendFreeBox(path, sizeBytes);
}

async function appendFreeBox(path: string, sizeBytes: number) {
  const { size } = await stat(path);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(sizeBytes - size);
  header.write("free", 4, "latin1");
  await using file = await open(path, "r+");
  await file.write(header, 0, header.length, size);
  await file.truncate(sizeBytes);
}

/**
 * Makes a video of about `sizeBytes` at 5 Mbit/s, with finely interleaved audio. Its pictures are
 * noise, so that they stay that large.
 */
export async function makeDenseVideo(path: string, sizeBytes: number) {
  const clip = `${path}.clip.mp4`;
  await ffmpeg(
    ...toArguments({ f: "lavfi", i: "nullsrc=s=480x270:r=25:d=30,geq=random(1)*255:128:128" }),
    ...sound(30),
    ...toArguments({
      "c:v": "mpeg2video",
      "b:v": "5M",
      minrate: "5M",
      maxrate: "5M",
      bufsize: "4M",
    }),
    ...toArguments({ "c:a": "aac", "b:a": "128k" }),
    clip,
  );
  const { size } = await stat(clip);
  const loops = Math.max(0, Math.round(sizeBytes / size) - 1);
  await ffmpeg("-stream_loop", String(loops), "-i", clip, "-c", "copy", path);
  await rm(clip);
}

/** Decodes a file to mono samples at 44.1 kHz. */
export async function decode(path: string): Promise<Float32Array> {
  const { stdout } = await run(
    await findFullFfmpeg(),
    ["-v", "error", "-i", path, "-map", "0:a:0", "-ac", "1", "-ar", "44100", "-f", "f32le", "-"],
    { encoding: "buffer", maxBuffer: 2 ** 30 },
  );
  return new Float32Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.byteLength / 4));
}

/** Finds how many samples later `b` is than `a`, searching within 50 ms around 2 s. */
export function findShift(a: Float32Array, b: Float32Array): number {
  const start = 88_200;
  const window = a.subarray(start, start + 8192);
  let best = { shift: 0, score: Number.NEGATIVE_INFINITY };
  for (let shift = -2205; shift <= 2205; shift++) {
    let product = 0;
    let energy = 1e-9;
    for (let index = 0; index < window.length; index++) {
      const other = b[start + shift + index] ?? 0;
      product += (window[index] ?? 0) * other;
      energy += other * other;
    }
    const score = product / Math.sqrt(energy);
    if (score > best.score) best = { shift, score };
  }
  return best.shift;
}
