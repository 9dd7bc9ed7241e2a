import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import {
  ConversionOptions,
  Cover,
  MAX_COVER_BYTES,
  Quality,
  Tags,
} from "../contract/conversion.ts";
import { estimateMp3Bytes } from "../contract/estimate.ts";
import { formatSize, parseTime } from "../contract/format.ts";
import { EXIT, Stop } from "./exit-codes.ts";
import { resolvePath } from "./paths.ts";

/** The options of {@link addConversionOptions}, as commander reads them. */
export interface ConversionChoices {
  quality: Quality;
  start?: number;
  end?: number;
  audioTrack?: Pick<ConversionOptions, "audioTrack" | "rightTrack">;
  loudness?: number;
  acceptIncomplete?: boolean;
  trimSilence?: boolean;
  title?: string;
  artist?: string;
  album?: string;
  fileName?: string;
  cover?: string;
}

const { minValue: firstTrack, maxValue: lastTrack } = ConversionOptions.shape.audioTrack.unwrap();
const { minValue, maxValue } = ConversionOptions.shape.loudness.unwrap();

const MINUTE_SECONDS = 60;
const SIZES = Quality.options
  .map((quality) => `${quality} ${formatSize(estimateMp3Bytes(quality, MINUTE_SECONDS))}`)
  .join(", ");

/**
 * Adds the options that say how to convert; every command has the same ones with the same limits.
 */
export const addConversionOptions = (command: Command): Command =>
  command
    .addOption(
      new Option(
        "-q, --quality <preset>",
        `variable rate v0 or v2, speech (mono, 64 kbit/s), or constant rate in kbit/s; a minute takes about: ${SIZES}`,
      )
        .choices(Quality.options)
        .default("v2"),
    )
    .option("--start <time>", "drop everything before this: seconds, or 1:30", readTime)
    .option("--end <time>", "drop everything after this: seconds, or 1:02:03", readTime)
    .option(
      "--audio-track <number>",
      "convert this audio track: 1 is the file's first; 1+2 makes two mono tracks left and right (default: the one that players play)",
      readAudioTrack,
    )
    .option(
      "--loudness <LUFS>",
      "bring the whole recording to this loudness (EBU R 128); podcasts use -16",
      readLoudness,
    )
    .option("--accept-incomplete", "convert what is left of a video whose end is missing")
    .option("--trim-silence", "drop silence at the start and at the end")
    .option("--title <text>", "the MP3's title, instead of the video's")
    .option("--artist <text>", "its artist")
    .option("--album <text>", "its album")
    .option("--file-name <text>", "its name on the page, in emails and in the feed")
    .option("--cover <file>", "its picture: JPEG, PNG, WebP, GIF, BMP or TIFF, 1 MB at most");

/**
 * Reads the options into the form that the API and the engine take.
 *
 * @throws Stop if they contradict each other.
 */
export function toConversion({
  quality,
  start,
  end,
  audioTrack,
  loudness,
  acceptIncomplete,
  trimSilence,
  title,
  artist,
  album,
  fileName,
}: ConversionChoices): ConversionOptions {
  if (end !== undefined && end <= (start ?? 0)) {
    throw new Stop(EXIT.usage, "--end must be later than --start.");
  }
  const tags = {
    ...(title && { title }),
    ...(artist && { artist }),
    ...(album && { album }),
    ...(fileName && { fileName }),
  };
  const parsed = Tags.safeParse(tags);
  if (!parsed.success) throw new Stop(EXIT.usage, z.prettifyError(parsed.error));
  return {
    ...(Object.keys(tags).length > 0 && { tags }),
    quality,
    ...(start !== undefined && { startSeconds: start }),
    ...(end !== undefined && { endSeconds: end }),
    ...audioTrack,
    ...(loudness !== undefined && { loudness }),
    ...(acceptIncomplete && { acceptIncomplete }),
    ...(trimSilence && { trimSilence }),
  };
}

/**
 * Reads the picture for the MP3, if one was given.
 *
 * @throws Stop if it is too large or isn't a picture that players show.
 */
export async function readCover({ cover }: ConversionChoices): Promise<Buffer | undefined> {
  if (cover === undefined) return undefined;
  const picture = await readFile(resolvePath(cover)).catch((error: Error) => {
    throw new Stop(EXIT.usage, `The cover can't be read: ${error.message}`);
  });
  if (!Cover.safeParse(picture.toString("base64")).success) {
    throw new Stop(
      EXIT.usage,
      `The cover must be a JPEG, PNG, WebP, GIF, BMP or TIFF picture of ${formatSize(MAX_COVER_BYTES)} at most.`,
    );
  }
  return picture;
}

function readTime(text: string): number {
  const seconds = parseTime(text);
  if (typeof seconds === "number") return seconds;
  throw new InvalidArgumentError("Give seconds, or minutes and seconds such as 1:30.");
}

function readAudioTrack(text: string): ConversionChoices["audioTrack"] {
  const [audioTrack, rightTrack, ...others] = text.split("+").map(Number);
  const tracks = { audioTrack, ...(rightTrack !== undefined && { rightTrack }) };
  const { data } = ConversionOptions.safeParse(tracks);
  if (data?.audioTrack !== undefined && others.length === 0) return tracks;
  throw new InvalidArgumentError(
    `Give a whole number from ${firstTrack} to ${lastTrack}, or two with a plus, such as 1+2.`,
  );
}

function readLoudness(text: string): number {
  const { data } = ConversionOptions.shape.loudness.safeParse(Number(text));
  if (data === undefined)
    throw new InvalidArgumentError(`Give a number from ${minValue} to ${maxValue}.`);
  return data;
}
