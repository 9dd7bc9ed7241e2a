/** The layer's ffmpeg must decode the same audio as a full one, in every container and codec. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { compareDecodes } from "../media/compare-decodes.ts";
import { formatSamples } from "../media/format-samples.ts";

const directory = await mkdtemp(join(tmpdir(), "tapedeck-formats-"));
after(() => rm(directory, { recursive: true, force: true }));
const { path: ffmpeg } = await resolveFfmpeg();

describe("the layer's ffmpeg decodes as a full one does", { concurrency: 2 }, () => {
  for (const { title, channels, place } of formatSamples) {
    test(title, async () => compareDecodes([ffmpeg], await place(directory), channels));
  }
});
