/**
 * Samples of every container and codec that the layer should read. A full ffmpeg makes them, except
 * for those that it has no muxer or encoder for. Four of those are in format-fixtures/.
 */
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { findFullFfmpeg } from "./full-ffmpeg.ts";
import {
  make8svx,
  makeDsf,
  makeGsm,
  makeNistSphere,
  makeTypeOneAvi,
  wrapInWav,
} from "./rare-samples.ts";
import {
  makeAvr,
  makeHcom,
  makeIlbc,
  makePaf,
  makePvf,
  makeQoa,
  makeSds,
  makeWve,
} from "./simple-samples.ts";

const run = promisify(execFile);

const pictures = {
  h264: "-c:v libx264 -preset ultrafast",
  hevc: "-c:v libx265 -preset ultrafast -x265-params log-level=0",
  mpeg1: "-c:v mpeg1video",
  mpeg2: "-c:v mpeg2video",
  mpeg4: "-c:v mpeg4",
  flv: "-c:v flv",
  wmv: "-c:v wmv2",
  h263: "-c:v h263",
  vp8: "-c:v libvpx",
  gxf: "-c:v mpeg2video -s 720x576",
  dv: "-c:v dvvideo -s 720x576",
  rv: "-c:v rv20",
} as const;

interface Group {
  ending: string;
  /** Without it, the file has audio only. */
  picture?: keyof typeof pictures;
  codecs: readonly string[];
  sampleRateHz?: number;
  channels?: number;
  muxing?: string;
}

const groups: readonly Group[] = [
  {
    ending: "mp4",
    picture: "h264",
    codecs: ["aac", "libmp3lame", "mp2", "ac3", "eac3", "alac", "flac", "libopus", "dca"],
  },
  { ending: "mp4", picture: "hevc", codecs: ["aac"], channels: 6 },
  {
    ending: "mp4",
    picture: "h264",
    codecs: ["aac"],
    muxing: "-g 10 -movflags +frag_keyframe+empty_moov",
  },
  {
    ending: "mov",
    picture: "h264",
    codecs: [
      ...["pcm_s8", "pcm_u8", "pcm_s16be", "pcm_s16le", "pcm_s24be", "pcm_s24le", "pcm_s32be"],
      ...["pcm_s32le", "pcm_f32be", "pcm_f32le", "pcm_f64be", "pcm_f64le", "pcm_mulaw"],
      ...["pcm_alaw", "adpcm_ima_qt", "alac", "aac"],
    ],
  },
  { ending: "m4a", codecs: ["aac", "alac"] },
  { ending: "3gp", picture: "h263", codecs: ["aac"] },
  {
    ending: "3gp",
    picture: "h263",
    codecs: ["libopencore_amrnb"],
    sampleRateHz: 8000,
    channels: 1,
  },
  {
    ending: "mkv",
    picture: "h264",
    codecs: [
      ...["aac", "libmp3lame", "mp2", "ac3", "eac3", "dca", "truehd", "libopus", "libvorbis"],
      ...["flac", "alac", "wavpack", "pcm_s16le", "pcm_s24le", "pcm_f32le"],
    ],
  },
  { ending: "webm", picture: "vp8", codecs: ["libopus", "libvorbis"] },
  {
    ending: "ts",
    picture: "h264",
    codecs: ["aac", "libmp3lame", "mp2", "ac3", "eac3", "dca", "libopus"],
  },
  { ending: "ts", picture: "hevc", codecs: ["aac"], muxing: "-mpegts_flags latm" },
  {
    ending: "m2ts",
    picture: "h264",
    codecs: ["pcm_bluray", "truehd"],
    muxing: "-mpegts_m2ts_mode 1",
  },
  { ending: "mpg", picture: "mpeg1", codecs: ["mp2"] },
  { ending: "vob", picture: "mpeg2", codecs: ["mp2", "ac3", "dca", "pcm_dvd"] },
  {
    ending: "avi",
    picture: "mpeg4",
    codecs: [
      ...["libmp3lame", "mp2", "ac3", "aac", "pcm_u8", "pcm_s16le", "adpcm_ms", "adpcm_ima_wav"],
    ],
  },
  { ending: "flv", picture: "h264", codecs: ["aac", "libmp3lame"], sampleRateHz: 44_100 },
  {
    ending: "flv",
    picture: "flv",
    codecs: ["nellymoser", "adpcm_swf", "pcm_s16le"],
    sampleRateHz: 22_050,
    channels: 1,
  },
  {
    ending: "wmv",
    picture: "wmv",
    codecs: ["wmav1", "wmav2", "libmp3lame", "aac"],
    sampleRateHz: 44_100,
  },
  { ending: "wma", codecs: ["wmav2"], sampleRateHz: 44_100 },
  { ending: "ogg", codecs: ["libvorbis", "libopus", "flac"] },
  {
    ending: "wav",
    codecs: [
      ...["pcm_u8", "pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_alaw"],
      ...["pcm_mulaw", "adpcm_ms", "adpcm_ima_wav", "adpcm_yamaha", "libmp3lame", "ac3"],
    ],
  },
  { ending: "wav", codecs: ["pcm_s16le"], sampleRateHz: 8000, channels: 1 },
  { ending: "w64", codecs: ["pcm_s24le"] },
  { ending: "flac", codecs: ["flac"], sampleRateHz: 96_000, channels: 6 },
  { ending: "flac", codecs: ["flac"], muxing: "-bits_per_raw_sample 32" },
  { ending: "mp3", codecs: ["libmp3lame"] },
  { ending: "mp3", codecs: ["libmp3lame"], sampleRateHz: 8000, channels: 1 },
  { ending: "mp2", codecs: ["mp2"] },
  { ending: "aac", codecs: ["aac"] },
  { ending: "ac3", codecs: ["ac3"], channels: 6 },
  { ending: "eac3", codecs: ["eac3"] },
  { ending: "dts", codecs: ["dca"] },
  { ending: "thd", codecs: ["truehd"] },
  { ending: "mlp", codecs: ["mlp"] },
  { ending: "wv", codecs: ["wavpack"] },
  { ending: "amr", codecs: ["libopencore_amrnb"], sampleRateHz: 8000, channels: 1 },
  {
    ending: "aiff",
    codecs: ["pcm_s8", "pcm_s16be", "pcm_s24be", "pcm_s32be", "pcm_f32be", "pcm_mulaw"],
  },
  { ending: "caf", codecs: ["alac", "pcm_s16be", "pcm_f32le"] },
  { ending: "mxf", picture: "mpeg2", codecs: ["pcm_s16le", "pcm_s24le"] },
  { ending: "gxf", picture: "gxf", codecs: ["pcm_s16le"], channels: 1 },
  { ending: "dv", picture: "dv", codecs: ["pcm_s16le"] },
  { ending: "rm", picture: "rv", codecs: ["ac3"] },
  { ending: "rm", codecs: ["real_144"], sampleRateHz: 8000, channels: 1 },
  { ending: "swf", picture: "flv", codecs: ["libmp3lame"], sampleRateHz: 44_100 },
  { ending: "wtv", picture: "mpeg2", codecs: ["mp2", "ac3"] },
  { ending: "nut", picture: "h264", codecs: ["libvorbis"] },
  { ending: "ts", picture: "h264", codecs: ["s302m"] },
  { ending: "latm", codecs: ["aac"] },
  { ending: "au", codecs: ["pcm_s16be", "pcm_mulaw"] },
  { ending: "au", codecs: ["g726le"], sampleRateHz: 8000, channels: 1 },
  { ending: "voc", codecs: ["pcm_s16le"] },
  { ending: "tta", codecs: ["tta"] },
  { ending: "sox", codecs: ["pcm_s32be"] },
  { ending: "sf", codecs: ["pcm_s16le"], muxing: "-f ircam" },
  { ending: "mmf", codecs: ["adpcm_yamaha"], sampleRateHz: 8000, channels: 1 },
  { ending: "wav", codecs: ["g722"], sampleRateHz: 16_000, channels: 1 },
  { ending: "wav", codecs: ["g726", "g723_1"], sampleRateHz: 8000, channels: 1 },
];

interface Rare {
  title: string;
  ending: string;
  channels: number;
  /** Gets the file that `around` describes, if there is one. */
  make(content: Buffer): Buffer;
  around?: Group;
}

const encoderOptions: Readonly<Record<string, string>> = {
  // One group asks for 32-bit samples, and ffmpeg would use all 32 bits of them.
  flac: "-sample_fmt s32 -bits_per_raw_sample 24",
  libopencore_amrnb: "-b:a 12.2k",
  g723_1: "-b:a 6.3k",
  g726: "-b:a 32k",
  g726le: "-b:a 32k",
};

/** Made with the FDK AAC, VisualOn AMR-WB and Speex encoders from two seconds of a synthetic sweep. */
const fixtures = ["he-aac.m4a", "he-aac-v2.m4a", "amr-wb.3gp", "speex.flv"];

/** Formats that no muxer writes. Some wrap a file that one does. */
const rare: readonly Rare[] = [
  { title: "8SVX", ending: "8svx", channels: 1, make: make8svx },
  { title: "DSD in DSF", ending: "dsf", channels: 1, make: makeDsf },
  { title: "GSM", ending: "gsm", channels: 1, make: makeGsm },
  { title: "NIST Sphere", ending: "sph", channels: 1, make: makeNistSphere },
  { title: "Atari's AVR", ending: "avr", channels: 1, make: makeAvr },
  { title: "Ensoniq PARIS", ending: "paf", channels: 1, make: makePaf },
  { title: "PVF", ending: "pvf", channels: 1, make: makePvf },
  { title: "Psion", ending: "wve", channels: 1, make: makeWve },
  { title: "Macintosh HCOM", ending: "hcom", channels: 1, make: makeHcom },
  { title: "Quite OK Audio", ending: "qoa", channels: 1, make: makeQoa },
  { title: "MIDI sample dump", ending: "sds", channels: 1, make: makeSds },
  { title: "iLBC", ending: "lbc", channels: 1, make: makeIlbc },
  {
    ...{ title: "DV in AVI of type 1", ending: "avi", channels: 2, make: makeTypeOneAvi },
    around: { ending: "dv", picture: "dv", codecs: ["pcm_s16le"] },
  },
  {
    ...{ title: "AC-3 in a WAV of S/PDIF", ending: "wav", channels: 2, make: wrapInWav },
    around: { ending: "spdif", codecs: ["ac3"] },
  },
];

interface FormatSample {
  title: string;
  ending: string;
  channels: number;
  /** Returns the file's path. Makes it in `directory` unless it is in the repository. */
  place(directory: string): Promise<string>;
}

export const formatSamples: readonly FormatSample[] = [
  ...groups.flatMap((group, number) =>
    group.codecs.map((codec) => ({
      title:
        `${codec} in ${group.ending}, ${group.channels ?? 2} channels ${group.muxing ?? ""}`.trim(),
      ending: group.ending,
      channels: group.channels ?? 2,
      place: async (directory: string) => {
        const path = join(directory, `${number}-${codec}.${group.ending}`);
        await makeMedia(path, group, codec);
        return path;
      },
    })),
  ),
  ...rare.map(({ title, ending, channels, make, around }) => ({
    title,
    ending,
    channels,
    place: async (directory: string) => {
      const path = join(directory, `${title.replace(/\W+/g, "-")}.${ending}`);
      const inner = `${path}.${around?.ending}`;
      if (around) await makeMedia(inner, around, around.codecs[0] ?? "");
      await writeFile(path, make(around ? await readFile(inner) : Buffer.alloc(0)));
      return path;
    },
  })),
  ...fixtures.map((name) => ({
    title: `${name}, made elsewhere`,
    ending: extname(name).slice(1),
    channels: extname(name) === ".m4a" ? 2 : 1,
    place: async () => join(import.meta.dirname, "format-fixtures", name),
  })),
];

async function makeMedia(path: string, group: Group, codec: string): Promise<void> {
  const { picture, channels = 2, sampleRateHz = 48_000, muxing = "" } = group;
  const signal = "0.3*sin(2*PI*(200+900*t)*t)+0.1*sin(2*PI*3000*t)|0.3*sin(2*PI*440*t)";
  const inputs = [`-f lavfi -i aevalsrc=${signal}:d=1.5:s=${sampleRateHz}`];
  if (picture) inputs.push("-f lavfi -i testsrc=s=176x144:r=25:d=1.5 -map 1 -map 0");
  const video = picture ? `${pictures[picture]} -pix_fmt yuv420p` : "";
  const audio = `-c:a ${codec} -ac ${channels} ${encoderOptions[codec] ?? ""}`;
  const text = `-v error -y ${inputs.join(" ")} ${video} ${audio} ${muxing} -strict -2`;
  await run(await findFullFfmpeg(), [...text.split(" ").filter(Boolean), path]);
}
