/**
 * The layer's LAME has vector code of ours in its loops. It may round otherwise than a plain LAME, but
 * its MP3s must be neither larger nor further from their source.
 */
import { test } from "node:test";
import { PRESETS } from "../../functions/converter/engine/presets.ts";
import type { Quality } from "../../functions/core/conversion.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { compareEncoders } from "../media/compare-encoders.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

const [{ path: ours }, plain] = await Promise.all([resolveFfmpeg(), findFullFfmpeg()]);

for (const quality of Object.keys(PRESETS) as Quality[]) {
  for (const sampleRate of [8000, 22_050, 44_100, 48_000]) {
    const channels = sampleRate === 22_050 ? 1 : 2;
    test(`${quality} at ${sampleRate} Hz is what a plain LAME makes but for rounding`, () =>
      compareEncoders([ours], [plain], { quality, sampleRate, channels, seconds: 20 }));
  }
}
