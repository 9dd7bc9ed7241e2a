import { audioContainers, codecs, pictures, unprobedAudio, videoContainers } from "./formats.ts";

/**
 * What Tapedeck needs from ffmpeg, apart from the formats in `formats.ts`. The lean build's
 * `configure`, the check of a finished layer and the engine's run-time allow-lists all use this
 * list, so they can't drift apart.
 */

const sourceDemuxers = [...videoContainers, ...audioContainers].flatMap(({ demuxers }) => demuxers);

/** The formats that the engine's own processes exchange; never used on a user's bytes. */
const internalDemuxers = ["ffmetadata", "pcm_f32le", "pcm_s16le", "pcm_s32le"];

/**
 * ffmpeg identifies MPEG-PS and MPEG-TS streams of undeclared type by probing their packets with
 * every built-in demuxer. Without the video demuxers, the best match for a video track can be an
 * audio format.
 */
const probeDemuxers = ["h264", "hevc", "m4v", "mpegvideo"];

/** Takes the bytes of one picture from a pipe. */
const pictureDemuxers = ["image2pipe"];

const demuxers = [
  ...sourceDemuxers,
  ...unprobedAudio.map(({ demuxer }) => demuxer),
  ...internalDemuxers,
  ...probeDemuxers,
  ...pictureDemuxers,
];

const audioDecoders = codecs.flatMap((codec) => codec.decoders);

const decoders = [...audioDecoders, ...pictures.map(({ decoder }) => decoder)];

const encoders = ["libmp3lame", "mjpeg", "pcm_f32le", "pcm_s16le", "pcm_s32le", "pcm_u8"] as const;

const muxers = [
  "framecrc",
  "ffmetadata",
  "image2pipe",
  "matroska",
  "mp3",
  "mp4",
  "null",
  "nut",
  "pcm_f32le",
  "pcm_s16le",
  "pcm_s32le",
  "wav",
] as const;

const filters = [
  "aformat",
  "alimiter",
  "anull",
  "aresample",
  "aselect",
  "asetnsamples",
  "asetpts",
  "asplit",
  "astats",
  "atrim",
  "ebur128",
  "format",
  "hflip",
  "join",
  "loudnorm",
  "lutrgb",
  "pan",
  "premultiply",
  "scale",
  "transpose",
  "vflip",
  "volume",
  "volumedetect",
] as const;

/** `ffmpeg` has no command that lists parsers, so only `configure` uses these. */
const parsers = [
  "aac",
  "aac_latm",
  "ac3",
  "amr",
  "cook",
  "dca",
  "dolby_e",
  "flac",
  "g723_1",
  "g729",
  "gsm",
  "mlp",
  "mpegaudio",
  "opus",
  "sipr",
  "tak",
  "vorbis",
] as const;

const protocols = ["file", "http", "pipe", "tcp"] as const;

/** Run-time names that differ from the names for `configure`. */
const runTimeNames: Readonly<Record<string, string>> = {
  adpcm_g722: "g722",
  adpcm_g726: "g726",
  adpcm_g726le: "g726le",
  atrac3p: "atrac3plus",
  atrac3pal: "atrac3plusal",
  eightsvx_exp: "8svx_exp",
  eightsvx_fib: "8svx_fib",
  mpegps: "mpeg",
  ra_144: "real_144",
  ra_288: "real_288",
};

/** Demuxers and muxers whose names lack the prefix that their codecs have. */
const formatNames: Readonly<Record<string, string>> = {
  ...runTimeNames,
  pcm_alaw: "alaw",
  pcm_f32le: "f32le",
  pcm_mulaw: "mulaw",
  pcm_s16le: "s16le",
  pcm_s32le: "s32le",
  shorten: "shn",
};

const nameCodec = (name: string) => runTimeNames[name] ?? name;
const nameFormat = (name: string) => formatNames[name] ?? name;

/** Names for `./configure --enable-<kind>=<name>`. */
export const configureComponents: Readonly<Record<string, readonly string[]>> = {
  decoder: decoders,
  demuxer: demuxers,
  encoder: encoders,
  filter: filters,
  muxer: muxers,
  parser: parsers,
  protocol: protocols,
};

/** Names that `ffmpeg -<list>` must print, by list. */
export const runTimeComponents: Readonly<Record<string, readonly string[]>> = {
  decoders: decoders.map(nameCodec),
  demuxers: demuxers.map(nameFormat),
  encoders,
  filters,
  muxers: muxers.map(nameFormat),
  protocols,
};

/** For `-format_whitelist`, before an input that is a user's file. */
export const formatWhitelist: string = [
  ...sourceDemuxers,
  ...unprobedAudio.map(({ demuxer }) => demuxer),
]
  .map(nameFormat)
  .join(",");

/** What ffmpeg calls the format of a file whose name ends so, if nothing else says what it is. */
export function findUnprobedFormat(
  ending: string,
): { format: string; sampleRate: number | undefined } | undefined {
  const audio = unprobedAudio.find(({ endings }) => endings.includes(ending.toLowerCase()));
  return audio && { format: nameFormat(audio.demuxer), sampleRate: audio.sampleRate };
}

/**
 * For `-codec_whitelist`: keeps a full ffmpeg from opening its video decoders. By default, a full
 * ffmpeg decodes MPEG audio in fixed point, with decoders of these names.
 */
export const codecWhitelist: string = [...audioDecoders.map(nameCodec), "mp1", "mp2", "mp3"].join(
  ",",
);
