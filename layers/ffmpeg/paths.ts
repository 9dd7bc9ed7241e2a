import { join } from "node:path";
import type { Arch } from "./inspect.ts";

export const repositoryRoot = join(import.meta.dirname, "../..");

/** Downloads and builds, private to this clone; `rm -rf` costs only the time to make them again. */
export const cacheDirectory = join(repositoryRoot, ".tapedeck/ffmpeg");

/** The layer's content: what is here is under /opt in the function. */
export const layerDirectory = (arch: Arch): string =>
  join(repositoryRoot, `dist/layers/ffmpeg-${arch}`);
