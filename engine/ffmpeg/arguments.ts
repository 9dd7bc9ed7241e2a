type Value = string | number;

/**
 * Turns ffmpeg's options into arguments, in order: `{ v: "error" }` becomes `-v error`. An option with
 * several values is repeated.
 */
export const toArguments = (options: Readonly<Record<string, Value | readonly Value[]>>) =>
  Object.entries(options).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [`-${name}`, `${value}`]),
  );
