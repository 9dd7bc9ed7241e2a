import { join } from "node:path";
import type { Arch } from "./inspect.ts";

export const repositoryRoot = join(import.meta.dirname, "../..");

/**
 * Downloads and builds, private to this clone. Deleting it costs only the time to create them
 * again.
 */
export const cacheDirectory = join(repositoryRoot, ".tapedeck/ffmpeg");

/** Returns the folder of the layer's content, which the function sees under /opt. */
export const layerDirectory = (arch: Arch): string =>
  join(repositoryRoot, `dist/layers/ffmpeg-${arch}`);
