import { execFile } from "node:child_process";
import { open, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { toArguments } from "../../engine/ffmpeg/arguments.ts";
import { findFullFfmpeg } from "./full-ffmpeg.ts";

const run = promisify(execFile);

export const MEDIA_SECONDS = 6;

interface Recipe {
  /** File name ending. */
  ending: string;
  /** ffmpeg's arguments between the inputs (0: pictures, 1: stereo audio, 2: 5.1 audio) and the output. */
  args: string;
  /** The share of the file that is cut off its end. */
  cutShare?: number;
}

const H264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";
const AV = `-map 0:v -map 1:a ${H264}`;
const SOUND = "-map 1:a";
const MPEG2 = "-map 0:v -c:v mpeg2video";

/** The containers and codecs that must be read, and the hard cases. */
export const RECIPES = {
  "mp4-aac-faststart": { ending: "mp4", args: `${AV} -c:a aac -movflags +faststart` },
  "mp4-aac-moov-last": { ending: "mp4", args: `${AV} -c:a aac` },
  // The muxer turns fragments of a second into one index when it ends, so chunks are a second long.
  "mp4-aac-coarse": {
    ending: "mp4",
    args: `${AV} -c:a aac -movflags +hybrid_fragmented -frag_duration 1000000`,
  },
  "mp4-aac-fragmented": {
    ending: "mp4",
    args: `${AV} -g 25 -c:a aac -movflags +frag_keyframe+empty_moov`,
  },
  "mp4-aac-fragmented-default-base": {
    ending: "mp4",
    args: `${AV} -g 25 -c:a aac -movflags +frag_keyframe+empty_moov+default_base_moof`,
  },
  "mp4-aac-51": { ending: "mp4", args: `-map 0:v -map 2:a ${H264} -c:a aac` },
  "mp4-aac-mono-8k": { ending: "mp4", args: `${AV} -c:a aac -ac 1 -ar 8000` },
  "mp4-mp3": { ending: "mp4", args: `${AV} -c:a libmp3lame` },
  "mp4-ac3": { ending: "mp4", args: `${AV} -c:a ac3` },
  "mp4-opus": { ending: "mp4", args: `${AV} -c:a libopus` },
  "mov-pcm": { ending: "mov", args: `${AV} -c:a pcm_s16le` },
  "mov-pcm-24": { ending: "mov", args: `${AV} -c:a pcm_s24be` },
  "mov-alac": { ending: "mov", args: `${AV} -c:a alac` },
  "m4a-aac": { ending: "m4a", args: `${SOUND} -c:a aac` },
  "m4a-alac": { ending: "m4a", args: `${SOUND} -c:a alac` },
  "3gp-amr": { ending: "3gp", args: `${AV} -c:a libopencore_amrnb -ac 1 -ar 8000` },
  "mkv-opus": { ending: "mkv", args: `${AV} -c:a libopus` },
  "mkv-aac": { ending: "mkv", args: `${AV} -c:a aac` },
  "mkv-dts": { ending: "mkv", args: `${AV} -c:a dca -strict -2` },
  "mkv-eac3-51": { ending: "mkv", args: `-map 0:v -map 2:a ${H264} -c:a eac3` },
  "mkv-flac": { ending: "mkv", args: `${AV} -c:a flac` },
  "webm-vorbis": {
    ending: "webm",
    args: "-map 0:v -map 1:a -c:v libvpx -deadline realtime -c:a libvorbis",
  },
  "webm-opus": {
    ending: "webm",
    args: "-map 0:v -map 1:a -c:v libvpx -deadline realtime -c:a libopus",
  },
  "avi-mp3": { ending: "avi", args: "-map 0:v -map 1:a -c:v mpeg4 -c:a libmp3lame" },
  "avi-pcm": { ending: "avi", args: "-map 0:v -map 1:a -c:v mpeg4 -c:a pcm_s16le" },
  "ts-aac": { ending: "ts", args: `${AV} -c:a aac` },
  "ts-ac3": { ending: "ts", args: `${AV} -c:a ac3` },
  "ts-mp2": { ending: "ts", args: `${AV} -c:a mp2` },
  "mpg-mp2": { ending: "mpg", args: "-map 0:v -map 1:a -c:v mpeg2video -c:a mp2" },
  "flv-aac": { ending: "flv", args: `${AV} -c:a aac` },
  "flv-mp3": { ending: "flv", args: `${AV} -c:a libmp3lame -ar 44100` },
  "wmv-wmav2": { ending: "wmv", args: "-map 0:v -map 1:a -c:v wmv2 -c:a wmav2" },
  "ogg-vorbis": { ending: "ogg", args: `${SOUND} -c:a libvorbis` },
  opus: { ending: "opus", args: `${SOUND} -c:a libopus` },
  "wav-s16": { ending: "wav", args: `${SOUND} -c:a pcm_s16le` },
  "wav-float-96k": { ending: "wav", args: `${SOUND} -c:a pcm_f32le -ar 96000` },
  flac: { ending: "flac", args: `${SOUND} -c:a flac` },
  mp3: { ending: "mp3", args: `${SOUND} -c:a libmp3lame` },
  "aac-adts": { ending: "aac", args: `${SOUND} -c:a aac` },
  "aac-adts-varying": { ending: "aac", args: `${SOUND} -af afade=d=3:curve=cbr -c:a aac` },
  wma: { ending: "wma", args: `${SOUND} -c:a wmav2` },
  amr: { ending: "amr", args: `${SOUND} -c:a libopencore_amrnb -ac 1 -ar 8000` },
  ac3: { ending: "ac3", args: `${SOUND} -c:a ac3` },
  aiff: { ending: "aiff", args: `${SOUND} -c:a pcm_s16be` },
  "mxf-pcm": { ending: "mxf", args: `${MPEG2} -map 1:a -c:a pcm_s16le` },
  "mxf-pcm-8-mono": {
    ending: "mxf",
    args: `${MPEG2} -filter_complex [1:a]channelsplit[l][r] -map [l] -map [r] ${"-map 2:a ".repeat(6)}-c:a pcm_s16le -ac 1`,
  },
  gxf: { ending: "gxf", args: `${MPEG2} -s 720x576 -map 1:a -c:a pcm_s16le -ac 1` },
  dv: { ending: "dv", args: "-map 0:v -map 1:a -c:v dvvideo -s 720x576 -pix_fmt yuv420p" },
  "rm-ac3": { ending: "rm", args: "-map 0:v -map 1:a -c:v rv20 -c:a ac3" },
  "swf-mp3": { ending: "swf", args: "-map 0:v -map 1:a -c:v flv -c:a libmp3lame -ar 44100" },
  "wtv-ac3": { ending: "wtv", args: `${MPEG2} -map 1:a -c:a ac3` },
  "ts-s302m": { ending: "ts", args: `${AV} -c:a s302m -strict -2` },
  au: { ending: "au", args: SOUND },
  voc: { ending: "voc", args: SOUND },
  tta: { ending: "tta", args: SOUND },
  latm: { ending: "latm", args: `${SOUND} -c:a aac` },
  mka: { ending: "mka", args: `${SOUND} -c:a aac` },
  "two-tracks-second-default": {
    ending: "mp4",
    args: `-map 0:v -map 2:a -map 1:a ${H264} -c:a aac -ac 2 -disposition:a:0 0 -disposition:a:1 default`,
  },
  "no-audio": { ending: "mp4", args: `-map 0:v ${H264}` },
  "no-audio-mkv": { ending: "mkv", args: `-map 0:v ${H264}` },
  "truncated-faststart": {
    ending: "mp4",
    args: `${AV} -c:a aac -movflags +faststart`,
    cutShare: 0.4,
  },
  "truncated-moov-last": { ending: "mp4", args: `${AV} -c:a aac`, cutShare: 0.4 },
  "interrupted-fragmented": {
    ending: "mp4",
    args: `${AV} -g 25 -c:a aac -movflags +frag_keyframe+empty_moov`,
    cutShare: 0.4,
  },
  "truncated-mkv": { ending: "mkv", args: `${AV} -c:a libopus`, cutShare: 0.4 },
  "interrupted-mkv-live": { ending: "mkv", args: `${AV} -c:a libopus -live 1`, cutShare: 0.4 },
  "truncated-avi": {
    ending: "avi",
    args: "-map 0:v -map 1:a -c:v mpeg4 -c:a libmp3lame",
    cutShare: 0.4,
  },
  "interrupted-flv": { ending: "flv", args: `${AV} -c:a aac`, cutShare: 0.4 },
  "truncated-wmv": { ending: "wmv", args: "-map 0:v -map 1:a -c:v wmv2 -c:a wmav2", cutShare: 0.4 },
  "interrupted-ts": { ending: "ts", args: `${AV} -c:a aac`, cutShare: 0.437 },
  "interrupted-ogg": { ending: "ogg", args: `${SOUND} -c:a libvorbis`, cutShare: 0.4 },
  "truncated-wav": { ending: "wav", args: `${SOUND} -c:a pcm_s16le`, cutShare: 0.4 },
  "truncated-flac": { ending: "flac", args: `${SOUND} -c:a flac`, cutShare: 0.4 },
} as const satisfies Record<string, Recipe>;

export type MediaName = keyof typeof RECIPES;

const INPUTS = [
  ...toArguments({ f: "lavfi", i: `testsrc2=s=160x120:r=25:d=${MEDIA_SECONDS}` }),
  // Each channel has a tone of its own, so that swapped or missing channels are noticed.
  ...[
    "-f",
    "lavfi",
    "-i",
    `aevalsrc=0.3*sin(880*PI*t)|0.3*sin(1320*PI*t):s=48000:d=${MEDIA_SECONDS}`,
  ],
  ...[
    "-f",
    "lavfi",
    "-i",
    `aevalsrc=${Array(6).fill("0.6*sin(880*PI*t)").join("|")}:c=5.1:s=48000:d=${MEDIA_SECONDS}`,
  ],
];

const TAGS = ["-metadata", "title=Tëst täpe", "-metadata", "artist=The Artist"];

/** Makes the file of this name in `directory`, and returns its path. Its content is always the same. */
export async function makeMedia(name: MediaName, directory: string): Promise<string> {
  const recipe: Recipe = RECIPES[name];
  const path = join(directory, `${name}.${recipe.ending}`);
  const args = ["-v", "error", "-y", ...INPUTS, ...recipe.args.split(" "), ...TAGS, path];
  await run(await findFullFfmpeg(), args);
  if (recipe.cutShare) {
    const { size } = await stat(path);
    await using file = await open(path, "r+");
    await file.truncate(Math.floor(size * (1 - recipe.cutShare)));
  }
  return path;
}

/**
 * Runs the full ffmpeg. Its arguments are split at spaces, and the last one is the output. Write a
 * space within an argument as ␣ (U+2423).
 */
export async function generate(args: string): Promise<void> {
  const list = args.split(" ").map((argument) => argument.replaceAll("␣", " "));
  await run(await findFullFfmpeg(), ["-v", "error", "-y", ...list]);
}

/** Files that aren't media, by name. */
export const NOT_MEDIA: Readonly<Record<string, string>> = {
  "empty.mp4": "",
  "text.mp4": "This is a text, whatever its name says.\n".repeat(200),
  "playlist.mp4":
    "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/secret.ts\n#EXT-X-ENDLIST\n",
  "concat.mp4": "ffconcat version 1.0\nfile '/etc/passwd'\n",
};

/** Writes one of {@link NOT_MEDIA}, and returns its path. */
export async function makeNotMedia(name: string, directory: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, NOT_MEDIA[name] as string);
  return path;
}
