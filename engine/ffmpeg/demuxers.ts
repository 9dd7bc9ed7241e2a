import { codecWhitelist, formatWhitelist } from "../../layers/ffmpeg/requirements.ts";
import { toArguments } from "./arguments.ts";

/**
 * The options before every `-i` of uploaded media. ffmpeg may read only from the loopback server. It has
 * no video decoders, and no playlist formats: hls, dash and concat would make it open what the file
 * names.
 */
const INPUT_LIMITS = {
  protocol_whitelist: "http,tcp",
  format_whitelist: formatWhitelist,
  codec_whitelist: codecWhitelist,
};

/**
 * How far ffmpeg searches for streams if the audio begins late: five minutes of video at 2.5 Mbit/s,
 * which takes 1.3 s of a function's bandwidth. All packets up to there are kept in memory.
 */
const FAR = { probesize: 100e6, analyzeduration: 3600e6 };

/** Up to 7.1, the number of channels shows which ones they are. */
export const MOST_USUAL_CHANNELS = 8;

/** Media that a process reads. */
export interface MediaInput {
  url: string;
  /** ffmpeg's name of the container, if it is known. */
  format?: string | undefined;
  /** The sample rate in Hz, if the media doesn't contain it. */
  sampleRate?: number | undefined;
  /** Whether the audio begins later than ffmpeg usually searches. */
  beginsLate?: boolean;
}

/** Returns the arguments that name a process's input and limit what the process may do with it. */
export const inputArguments = ({
  url,
  format,
  sampleRate,
  beginsLate,
}: MediaInput): readonly string[] =>
  toArguments({
    ...INPUT_LIMITS,
    // Otherwise ffmpeg mistakes the end of an answer of unknown length for an error.
    multiple_requests: 1,
    // With more channels, a guessed layout would leave some of them out of the mix.
    guess_layout_max: MOST_USUAL_CHANNELS,
    ...(beginsLate ? FAR : {}),
    ...(format ? { f: format } : {}),
    ...(sampleRate ? { sample_rate: sampleRate } : {}),
    i: url,
  });
