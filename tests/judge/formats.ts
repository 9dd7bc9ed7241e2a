import type { Layout } from "./recording.ts";

/** How random files with this codec are encoded. */
export interface Codec {
  args: string;
  rates: readonly number[];
  layouts: readonly Layout[];
  /** Samples per packet, roughly. */
  packet: number;
}

const TWO = ["mono", "stereo"] as const;
const SIX = ["mono", "stereo", "5.1"] as const;
const MPEG_RATES = [16000, 22050, 24000, 32000, 44100, 48000] as const;
const HIGH_RATES = [32000, 44100, 48000] as const;
const ALL_RATES = [8000, 11025, ...MPEG_RATES, 96000] as const;
const PCM = { rates: ALL_RATES, layouts: SIX, packet: 1024 } as const;

export const CODECS = {
  aac: { args: "-c:a aac", rates: [...MPEG_RATES, 96000], layouts: SIX, packet: 1024 },
  mp3: { args: "-c:a libmp3lame", rates: MPEG_RATES, layouts: TWO, packet: 1152 },
  mp2: { args: "-c:a mp2", rates: HIGH_RATES, layouts: TWO, packet: 1152 },
  ac3: { args: "-c:a ac3", rates: HIGH_RATES, layouts: SIX, packet: 1536 },
  eac3: { args: "-c:a eac3", rates: HIGH_RATES, layouts: SIX, packet: 1536 },
  dts: { args: "-c:a dca -strict -2", rates: HIGH_RATES, layouts: ["stereo", "5.1"], packet: 512 },
  opus: { args: "-c:a libopus", rates: [48000], layouts: SIX, packet: 960 },
  vorbis: { args: "-c:a libvorbis", rates: [22050, 44100, 48000], layouts: TWO, packet: 1024 },
  flac: { args: "-c:a flac", rates: ALL_RATES, layouts: SIX, packet: 4608 },
  alac: { args: "-c:a alac", rates: [44100, 48000], layouts: TWO, packet: 4096 },
  wma: { args: "-c:a wmav2", rates: [22050, 44100, 48000], layouts: TWO, packet: 2048 },
  amr: { args: "-c:a libopencore_amrnb", rates: [8000], layouts: ["mono"], packet: 160 },
  adpcm: { args: "-c:a adpcm_ima_wav", rates: [22050, 44100], layouts: TWO, packet: 2048 },
  alaw: { args: "-c:a pcm_alaw", rates: [8000, 48000], layouts: TWO, packet: 1024 },
  u8: { args: "-c:a pcm_u8", ...PCM },
  s16: { args: "-c:a pcm_s16le", ...PCM },
  s24: { args: "-c:a pcm_s24le", ...PCM },
  // MXF has no other rate.
  s16at48: { args: "-c:a pcm_s16le", rates: [48000], layouts: TWO, packet: 1920 },
  s24at48: { args: "-c:a pcm_s24le", rates: [48000], layouts: TWO, packet: 1920 },
  s32: { args: "-c:a pcm_s32le", ...PCM },
  f32: { args: "-c:a pcm_f32le", ...PCM },
  s16be: { args: "-c:a pcm_s16be", ...PCM },
  s24be: { args: "-c:a pcm_s24be", ...PCM },
  tta: { args: "-c:a tta", rates: ALL_RATES, layouts: TWO, packet: 48000 },
  truehd: { args: "-c:a truehd -strict -2", rates: HIGH_RATES.slice(1), layouts: SIX, packet: 40 },
  s302m: { args: "-c:a s302m -strict -2", rates: [48000], layouts: ["stereo"], packet: 1024 },
  wavpack: { args: "-c:a wavpack", rates: ALL_RATES, layouts: TWO, packet: 24000 },
} as const satisfies Record<string, Codec>;

export interface Container {
  muxer: string;
  codecs: readonly (keyof typeof CODECS)[];
  /** ffmpeg's arguments for the pictures, where the container can hold some. */
  pictures?: string;
  /** Whether it can't do without pictures. */
  needsPictures?: boolean;
  /** Whether two files, one after the other, form a valid file. */
  joins?: boolean;
  /** Whether it can hold several audio tracks, and whether it says which is played. */
  hasTracks?: "the first is played" | "one is marked";
  /** Whether it can say that the audio before a time isn't presented. */
  hasEdits?: boolean;
  /** Whether its packets have timestamps, so that a missing packet leaves a gap. */
  isTimed?: boolean;
}

const MPEG4 = "-c:v mpeg4";
const MPEG2 = "-c:v mpeg2video -r 25";
const EMPTY = "-f mp4 -movflags +frag_keyframe+empty_moov+default_base_moof -g 10";
const MP4_CODECS = ["aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"] as const;
const MKV_CODECS = [
  ...["aac", "mp3", "mp2", "ac3", "eac3", "dts", "opus", "vorbis", "flac", "alac", "s16"],
  ...["f32", "s24", "tta", "wavpack"],
] as (keyof typeof CODECS)[];

/** The sample rates that FLV allows for MP3. */
export const FLV_MP3_RATES: readonly number[] = [22050, 44100];

export const CONTAINERS: Readonly<Record<string, Container>> = {
  mp4: {
    muxer: "-f mp4",
    codecs: MP4_CODECS,
    pictures: MPEG4,
    isTimed: true,
    hasTracks: "one is marked",
    hasEdits: true,
  },
  faststart: {
    muxer: "-f mp4 -movflags +faststart",
    codecs: ["aac", "alac", "mp3"],
    pictures: MPEG4,
    isTimed: true,
    hasTracks: "one is marked",
    hasEdits: true,
  },
  fragments: { muxer: EMPTY, codecs: ["aac", "opus", "flac", "mp3"], pictures: MPEG4 },
  hybrid: {
    muxer: "-f mp4 -movflags +frag_keyframe+faststart -frag_duration 700000 -g 10",
    codecs: ["aac", "opus"],
    pictures: MPEG4,
  },
  dash: { muxer: "-f mp4 -movflags +dash+global_sidx -frag_duration 900000", codecs: ["aac"] },
  "3gp": { muxer: "-f 3gp", codecs: ["aac", "amr"], pictures: "-c:v h263 -s 176x144" },
  mov: {
    muxer: "-f mov",
    codecs: ["aac", "s16", "s24", "f32", "s16be", "s24be", "s32", "u8", "alaw", "alac", "mp3"],
    pictures: MPEG4,
    hasTracks: "one is marked",
    hasEdits: true,
  },
  mkv: {
    muxer: "-f matroska",
    codecs: MKV_CODECS,
    pictures: MPEG4,
    isTimed: true,
    hasTracks: "one is marked",
  },
  live: {
    muxer: "-f matroska -live 1",
    codecs: ["aac", "opus"],
    pictures: MPEG4,
    isTimed: true,
    hasTracks: "one is marked",
  },
  webm: { muxer: "-f webm", codecs: ["opus", "vorbis"], isTimed: true },
  avi: {
    muxer: "-f avi",
    codecs: ["mp3", "mp2", "ac3", "s16", "u8", "adpcm"],
    pictures: MPEG4,
    hasTracks: "the first is played",
  },
  ts: {
    muxer: "-f mpegts",
    codecs: ["aac", "mp2", "mp3", "ac3", "eac3", "opus", "dts"],
    pictures: MPEG2,
    joins: true,
    isTimed: true,
    hasTracks: "the first is played",
  },
  m2ts: {
    muxer: "-f mpegts -mpegts_m2ts_mode 1",
    codecs: ["ac3", "aac"],
    pictures: MPEG2,
    isTimed: true,
    hasTracks: "the first is played",
  },
  mpg: { muxer: "-f mpeg", codecs: ["mp2", "ac3"], pictures: MPEG2, isTimed: true },
  vob: { muxer: "-f vob", codecs: ["mp2", "ac3", "dts"], pictures: MPEG2, isTimed: true },
  flv: { muxer: "-f flv", codecs: ["aac", "mp3"], pictures: "-c:v flv", isTimed: true },
  asf: {
    muxer: "-f asf",
    codecs: ["wma", "mp3"],
    pictures: "-c:v wmv2",
    isTimed: true,
    hasTracks: "the first is played",
  },
  ogg: { muxer: "-f ogg", codecs: ["vorbis", "opus", "flac"], joins: true, isTimed: true },
  nut: {
    muxer: "-f nut",
    codecs: ["aac", "s16", "vorbis"],
    pictures: MPEG4,
    isTimed: true,
    hasTracks: "the first is played",
  },
  wav: { muxer: "-f wav", codecs: ["s16", "s24", "s32", "f32", "u8", "alaw", "adpcm", "mp3"] },
  rf64: { muxer: "-f wav -rf64 always", codecs: ["s16", "s24", "f32"] },
  w64: { muxer: "-f w64", codecs: ["s16", "f32"] },
  aiff: { muxer: "-f aiff", codecs: ["s16be", "s24be"] },
  caf: { muxer: "-f caf", codecs: ["s16", "s24", "f32", "s16be", "alac", "alaw"] },
  au: { muxer: "-f au", codecs: ["s16be", "alaw"] },
  flac: { muxer: "-f flac", codecs: ["flac"] },
  mp3: { muxer: "-f mp3", codecs: ["mp3"], joins: true },
  adts: { muxer: "-f adts", codecs: ["aac"], joins: true },
  ac3: { muxer: "-f ac3", codecs: ["ac3"], joins: true },
  eac3: { muxer: "-f eac3", codecs: ["eac3"], joins: true },
  mp2: { muxer: "-f mp2", codecs: ["mp2"], joins: true },
  amr: { muxer: "-f amr", codecs: ["amr"] },
  m4a: { muxer: "-f ipod", codecs: ["aac", "alac"], isTimed: true, hasEdits: true },
  ismv: { muxer: "-f ismv", codecs: ["aac"], pictures: MPEG4 },
  mka: { muxer: "-f matroska -live 1", codecs: ["flac", "vorbis", "ac3", "s16"], isTimed: true },
  tslatm: { muxer: "-f mpegts -mpegts_flags latm", codecs: ["aac"], isTimed: true, joins: true },
  ts302m: { muxer: "-f mpegts", codecs: ["s302m"], pictures: MPEG2, isTimed: true },
  mxf: { muxer: "-f mxf", codecs: ["s16at48", "s24at48"], pictures: MPEG2, needsPictures: true },
  wtv: { muxer: "-f wtv", codecs: ["ac3", "mp2"], pictures: MPEG2, isTimed: true },
  // The muxer counts packets, whatever their times are.
  rm: { muxer: "-f rm", codecs: ["ac3"] },
  latm: { muxer: "-f latm", codecs: ["aac"], joins: true },
  dts: { muxer: "-f dts", codecs: ["dts"], joins: true },
  truehd: { muxer: "-f truehd", codecs: ["truehd"] },
  voc: { muxer: "-f voc", codecs: ["alaw"] },
  tta: { muxer: "-f tta", codecs: ["tta"] },
  wv: { muxer: "-f wv", codecs: ["wavpack"] },
};
