import { codecWhitelist, formatWhitelist } from "../../layers/ffmpeg/requirements.ts";

/**
 * What stands before every `-i` of uploaded media: the loopback and nothing else to read from, no
 * playlist format (hls, dash, concat would make ffmpeg open what the file names), no video decoder.
 */
const INPUT_LIMITS: readonly string[] = [
  ...["-protocol_whitelist", "http,tcp"],
  ...["-format_whitelist", formatWhitelist],
  ...["-codec_whitelist", codecWhitelist],
];

/** The source at `url` as a process's input; `format` is ffmpeg's name of its container, where known. */
export const inputArguments = (url: string, format?: string): readonly string[] => [
  ...INPUT_LIMITS,
  // Otherwise it takes the end of an answer without a length for an error.
  ...["-multiple_requests", "1"],
  ...(format ? ["-f", format] : []),
  ...["-i", url],
];
