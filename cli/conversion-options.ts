import { type Command, InvalidArgumentError, Option } from "commander";
import type { z } from "zod";
import { ConversionOptions, Quality } from "../contract/conversion.ts";

/** What {@link addConversionOptions} makes commander read. */
export interface ConversionChoices {
  quality: Quality;
  start?: number;
  end?: number;
  loudness?: number;
}

const { startSeconds, endSeconds, loudness } = ConversionOptions.shape;
const { minValue, maxValue } = loudness.unwrap();

/** How to convert, by the same options and within the same limits for every command. */
export const addConversionOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("-q, --quality <preset>", "variable rate v0 or v2, or constant rate in kbit/s")
        .choices(Quality.options)
        .default("v2"),
    )
    .option(
      "--start <seconds>",
      "drop everything before this",
      parseBy(startSeconds, "Give a number of seconds."),
    )
    .option(
      "--end <seconds>",
      "drop everything after this",
      parseBy(endSeconds, "Give a number of seconds above 0."),
    )
    .option(
      "--loudness <LUFS>",
      "bring the whole to this loudness (EBU R 128); podcasts have -16",
      parseBy(loudness, `Give a number from ${minValue} to ${maxValue}.`),
    );

/** The choices as the API and the engine take them. */
export const toConversion = ({ quality, start, end, loudness }: ConversionChoices) =>
  ({ quality, startSeconds: start, endSeconds: end, loudness }) satisfies ConversionOptions;

function parseBy(schema: z.ZodType<number | undefined>, hint: string) {
  return (text: string): number => {
    const { data } = schema.safeParse(Number(text));
    if (data === undefined) throw new InvalidArgumentError(hint);
    return data;
  };
}
