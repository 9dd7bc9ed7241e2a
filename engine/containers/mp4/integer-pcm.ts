import type { Box } from "../../../parsing/box.ts";
import type { SampleEntry } from "./sample-entry.ts";

/** QuickTime's names of big-endian PCM, by format and bits. */
const QUICKTIME_NAMES: Readonly<Record<string, string>> = {
  "ipcm 16": "twos",
  "ipcm 24": "in24",
  "ipcm 32": "in32",
  "fpcm 32": "fl32",
  "fpcm 64": "fl64",
};

/** Where a sample entry says its bits, in bytes. */
const ENTRY_BITS_AT = 8 + 18;

/**
 * A table of sample descriptions whose PCM (`ipcm`, `fpcm` of ISO/IEC 23003-5) has QuickTime's
 * names instead. ffmpeg 5.1 doesn't know the `pcmC` box of either name, which has the bits and the
 * byte order, and reads 24 bits as 16: noise without any error. Undefined if nothing has to be
 * changed.
 */
export function nameAsQuickTime(
  stsd: Box,
  entries: readonly SampleEntry[],
): Uint8Array | undefined {
  const bytes = Buffer.from(stsd.whole);
  let isChanged = false;
  for (const { format, box, sound } of entries) {
    if (format !== "ipcm" && format !== "fpcm") continue;
    const pcm = sound?.boxes.find(({ type }) => type === "pcmC");
    if (!pcm || pcm.bodyBytes < 6) continue;
    const { fields } = pcm.fullFields();
    const isLittleEndian = (fields.u8() & 1) === 1;
    const bits = fields.u8();
    const name = QUICKTIME_NAMES[`${format} ${bits}`];
    if (!name) continue;
    const [entryAt, pcmAt] = [box.start - stsd.start, pcm.start - stsd.start];
    bytes.write(name, entryAt + 4, "latin1");
    bytes.writeUInt16BE(bits, entryAt + ENTRY_BITS_AT);
    // `enda` says 1 where the samples are little-endian (QuickTime File Format, 2012, p. 180).
    bytes.write("enda", pcmAt + 4, "latin1");
    bytes.writeUInt16BE(isLittleEndian ? 1 : 0, pcmAt + pcm.bodyStart - pcm.start);
    isChanged = true;
  }
  return isChanged ? bytes : undefined;
}
