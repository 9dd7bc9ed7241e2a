import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { toArguments } from "../../engine/ffmpeg/arguments.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

const run = promisify(execFile);

/** How a benchmark's video is stored. */
export const VARIANTS = {
  "mp4-fine": { ending: "mp4", args: ["-c", "copy"] },
  "mp4-fine-faststart": { ending: "mp4", args: ["-c", "copy", "-movflags", "+faststart"] },
  "mp4-coarse": {
    ending: "mp4",
    args: ["-c", "copy", "-movflags", "+hybrid_fragmented", "-frag_duration", "1000000"],
  },
  "mp4-fragmented": {
    ending: "mp4",
    args: ["-c", "copy", "-movflags", "+frag_keyframe+empty_moov", "-min_frag_duration", "5000000"],
  },
  mkv: { ending: "mkv", args: ["-c", "copy"] },
  "mkv-mp3": { ending: "mkv", args: ["-c", "copy"] },
  webm: { ending: "webm", args: ["-c", "copy"] },
} as const;
export type Variant = keyof typeof VARIANTS;

/**
 * 720p pictures of 5 Mbit/s, encoded once and repeated, since their content doesn't matter here.
 */
const PICTURE_SECONDS = 20;

/** Speech-like bursts, music-like chords and noise at changing levels, 48 kHz stereo. */
const SOUND = [
  "sine=220:r=48000,tremolo=f=3:d=0.9[a]",
  "anoisesrc=c=pink:r=48000:a=0.3:seed=1,tremolo=f=0.13:d=0.98[b]",
  "anoisesrc=c=brown:r=48000:a=0.5:seed=2,tremolo=f=5:d=0.7[c]",
  "[a][b][c]amerge=3,pan=stereo|c0=0.3*c0+0.6*c1+0.4*c2|c1=0.3*c0+0.4*c1+0.6*c2[out]",
].join(";");

const SOUNDS = {
  aac: { ending: "m4a", args: ["-c:a", "aac", "-b:a", "160k"] },
  mp3: { ending: "mp3", args: ["-c:a", "libmp3lame", "-b:a", "192k"] },
  opus: { ending: "ogg", args: ["-c:a", "libopus", "-b:a", "128k"] },
} as const;

const H264 = [
  ...toArguments({ "c:v": "libx264", preset: "ultrafast", g: "50", "b:v": "5M", minrate: "5M" }),
  ...toArguments({ maxrate: "5M", bufsize: "2M", "x264-params": "nal-hrd=cbr:filler=1" }),
];
const VP8 = [
  ...toArguments({ "c:v": "libvpx", deadline: "realtime", "cpu-used": 8, g: "50", "b:v": "5M" }),
  ...toArguments({ minrate: "5M", maxrate: "5M", bufsize: "2M" }),
];

/** Makes (once) a video of `minutes` in `directory` and returns its path. */
export async function makeVideo(
  directory: string,
  variant: Variant,
  minutes: number,
): Promise<string> {
  const path = join(directory, `${variant}-${minutes}.${VARIANTS[variant].ending}`);
  if (existsSync(path)) return path;
  await mkdir(directory, { recursive: true });
  const ffmpeg = await findFullFfmpeg();
  const make = async (target: string, args: readonly string[]) => {
    if (existsSync(target)) return;
    const partial = target.replace(/(\.\w+)$/, ".part$1");
    await run(ffmpeg, ["-v", "error", "-y", ...args, partial]);
    await rename(partial, target);
  };
  const pictures = join(directory, variant === "webm" ? "pictures.webm" : "pictures.mp4");
  await make(pictures, [
    ...toArguments({ f: "lavfi", i: `testsrc2=s=1280x720:r=25:d=${PICTURE_SECONDS}` }),
    ...(variant === "webm" ? VP8 : H264),
  ]);
  const sound = variant === "webm" ? SOUNDS.opus : variant === "mkv-mp3" ? SOUNDS.mp3 : SOUNDS.aac;
  // All of it in one piece, because repeated audio would have seams in its timestamps, unlike real videos.
  const whole = join(directory, `sound-${minutes}.${sound.ending}`);
  const length = ["-t", `${minutes * 60}`];
  await make(whole, ["-filter_complex", SOUND, "-map", "[out]", ...length, ...sound.args]);
  await make(path, [
    ...toArguments({ stream_loop: -1, i: [pictures, whole], map: ["0:v", "1:a"] }),
    ...length,
    ...VARIANTS[variant].args,
  ]);
  return path;
}
