/**
 * What Tapedeck asks of ffmpeg. One list with three readers: the lean build's `configure`, the check
 * of a finished layer, and the engine's run-time allow-lists, so that none can drift from another.
 *
 * Keys are the component's name for `configure`, values the name it answers to at run time.
 */

/** Containers that a user's file may be. */
const sourceDemuxers = {
  aac: "aac",
  ac3: "ac3",
  aiff: "aiff",
  amr: "amr",
  asf: "asf",
  avi: "avi",
  caf: "caf",
  dts: "dts",
  dtshd: "dtshd",
  eac3: "eac3",
  flac: "flac",
  flv: "flv",
  matroska: "matroska",
  mlp: "mlp",
  mov: "mov",
  mp3: "mp3",
  mpegps: "mpeg",
  mpegts: "mpegts",
  ogg: "ogg",
  truehd: "truehd",
  w64: "w64",
  wav: "wav",
  wv: "wv",
} as const;

/** What the engine's own processes hand to each other; never opened on a user's bytes. */
const internalDemuxers = {
  ffmetadata: "ffmetadata",
  nut: "nut",
  pcm_f32le: "f32le",
  pcm_s16le: "s16le",
  pcm_s32le: "s32le",
} as const;

/**
 * MPEG-PS and MPEG-TS streams of an undeclared type are told apart by probing the packets with every
 * demuxer built in. Without the video ones the best match for a video track can be an audio format.
 */
const probeDemuxers = {
  h264: "h264",
  hevc: "hevc",
  loas: "loas",
  m4v: "m4v",
  mpegvideo: "mpegvideo",
} as const;

/** Of MPEG audio's decoders the floating-point ones: they keep what 16 bits would round away. */
const decoders = [
  "aac",
  "aac_latm",
  "ac3",
  "adpcm_ima_qt",
  "adpcm_ima_wav",
  "adpcm_ms",
  "adpcm_swf",
  "adpcm_yamaha",
  "alac",
  "amrnb",
  "amrwb",
  "dca",
  "eac3",
  "flac",
  "mlp",
  "mp1float",
  "mp2float",
  "mp3float",
  "nellymoser",
  "opus",
  "pcm_alaw",
  "pcm_bluray",
  "pcm_dvd",
  "pcm_f32be",
  "pcm_f32le",
  "pcm_f64be",
  "pcm_f64le",
  "pcm_mulaw",
  "pcm_s16be",
  "pcm_s16le",
  "pcm_s24be",
  "pcm_s24le",
  "pcm_s32be",
  "pcm_s32le",
  "pcm_s8",
  "pcm_u8",
  "speex",
  "truehd",
  "vorbis",
  "wavpack",
  "wmalossless",
  "wmapro",
  "wmav1",
  "wmav2",
  "wmavoice",
] as const;

const encoders = ["libmp3lame", "pcm_f32le", "pcm_s16le", "pcm_s32le", "pcm_u8"] as const;

const muxers = {
  framecrc: "framecrc",
  ffmetadata: "ffmetadata",
  image2pipe: "image2pipe",
  matroska: "matroska",
  mp3: "mp3",
  mp4: "mp4",
  null: "null",
  nut: "nut",
  pcm_f32le: "f32le",
  pcm_s16le: "s16le",
  pcm_s32le: "s32le",
  wav: "wav",
} as const;

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
  "loudnorm",
  "pan",
  "volume",
  "volumedetect",
] as const;

/** `ffmpeg` has no command that lists parsers, so these are asked of `configure` only. */
const parsers = [
  "aac",
  "aac_latm",
  "ac3",
  "amr",
  "dca",
  "flac",
  "mlp",
  "mpegaudio",
  "opus",
  "vorbis",
] as const;

const protocols = ["file", "http", "pipe", "tcp"] as const;

/** Names for `./configure --enable-<kind>=<name>`. */
export const configureComponents: Readonly<Record<string, readonly string[]>> = {
  decoder: decoders,
  demuxer: Object.keys({ ...sourceDemuxers, ...internalDemuxers, ...probeDemuxers }),
  encoder: encoders,
  filter: filters,
  muxer: Object.keys(muxers),
  parser: parsers,
  protocol: protocols,
};

/** Names that `ffmpeg -<list>` must print, by list. */
export const runTimeComponents: Readonly<Record<string, readonly string[]>> = {
  decoders,
  demuxers: Object.values({ ...sourceDemuxers, ...internalDemuxers, ...probeDemuxers }),
  encoders,
  filters,
  muxers: Object.values(muxers),
  protocols,
};

/** For `-format_whitelist`, in front of an input that is a user's file. */
export const formatWhitelist: string = Object.values(sourceDemuxers).join(",");

/**
 * For `-codec_whitelist`: keeps a full ffmpeg from opening its video decoders. A full one decodes
 * MPEG audio in fixed point unless told otherwise, under these names.
 */
export const codecWhitelist: string = [...decoders, "mp1", "mp2", "mp3"].join(",");
