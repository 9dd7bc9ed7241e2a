/**
 * Containers that are read, by ffmpeg's demuxer names. Playlist formats (hls, dash, concat, …) are
 * not among them: they would make ffmpeg open what the file names.
 */
export const ALLOWED_DEMUXERS = [
  "mov",
  "matroska",
  "webm",
  "mpegts",
  "mpeg",
  "avi",
  "flv",
  "asf",
  "ogg",
  "wav",
  "w64",
  "aiff",
  "au",
  "caf",
  "flac",
  "mp3",
  "aac",
  "ac3",
  "eac3",
  "dts",
  "amr",
] as const;

/** What stands before every `-i` of uploaded media: no protocol but the loopback, no other demuxer. */
export const INPUT_LIMITS = [
  "-protocol_whitelist",
  "http,tcp",
  "-format_whitelist",
  ALLOWED_DEMUXERS.join(","),
] as const;
