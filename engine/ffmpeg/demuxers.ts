import { codecWhitelist, formatWhitelist } from "../../layers/ffmpeg/requirements.ts";
import { toArguments } from "./arguments.ts";

/**
 * The options before every `-i` of uploaded media: only the loopback to read from, no playlist
 * format (hls, dash, concat would make ffmpeg open what the file names), no video decoder.
 */
const INPUT_LIMITS = {
  protocol_whitelist: "http,tcp",
  format_whitelist: formatWhitelist,
  codec_whitelist: codecWhitelist,
};

/**
 * How far ffmpeg looks for the streams of media whose audio begins late: five minutes of video at 2.5
 * Mbit/s, 1.3 s of a function's bandwidth. The packets until there wait in memory.
 */
const FAR = { probesize: 100e6, analyzeduration: 3600e6 };

/** Up to 7.1 the number of channels says what they are. */
export const MOST_USUAL_CHANNELS = 8;

/** Media that a process reads. */
export interface MediaInput {
  url: string;
  /** ffmpeg's name of the container, where it is known. */
  format?: string | undefined;
  /** In Hz, where nothing in the media says it. */
  sampleRate?: number | undefined;
  /** Whether the audio begins later than ffmpeg usually looks. */
  beginsLate?: boolean;
}

/** The arguments that name a process's input, and what it may do with it. */
export const inputArguments = ({
  url,
  format,
  sampleRate,
  beginsLate,
}: MediaInput): readonly string[] =>
  toArguments({
    ...INPUT_LIMITS,
    // Otherwise it takes the end of an answer without a length for an error.
    multiple_requests: 1,
    // A guess at the places of more channels would leave some of them out of the mix.
    guess_layout_max: MOST_USUAL_CHANNELS,
    ...(beginsLate ? FAR : {}),
    ...(format ? { f: format } : {}),
    ...(sampleRate ? { sample_rate: sampleRate } : {}),
    i: url,
  });
