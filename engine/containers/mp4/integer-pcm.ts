import { listBoxes } from "./box.ts";

/** QuickTime's names of big-endian PCM, by format and bits. */
const QUICKTIME_NAMES: Readonly<Record<string, string>> = {
  "ipcm 16": "twos",
  "ipcm 24": "in24",
  "ipcm 32": "in32",
  "fpcm 32": "fl32",
  "fpcm 64": "fl64",
};

/**
 * A table of sample descriptions whose PCM (`ipcm`, `fpcm` of ISO/IEC 23003-5) has QuickTime's
 * names instead. ffmpeg 5.1 doesn't know the `pcmC` box of either name, which has the bits and the
 * byte order, and reads 24 bits as 16: noise without any error. Undefined if nothing has to be
 * changed.
 */
export function nameAsQuickTime(stsd: Uint8Array): Buffer | undefined {
  const bytes = Buffer.from(stsd);
  let isChanged = false;
  for (const entry of listBoxes(bytes, 16, bytes.length)) {
    if (entry.type !== "ipcm" && entry.type !== "fpcm") continue;
    const pcm = listBoxes(bytes, entry.bodyStart + 28, entry.end).find(
      ({ type }) => type === "pcmC",
    );
    if (!pcm || pcm.end - pcm.bodyStart < 6) continue;
    const isLittleEndian = ((bytes[pcm.bodyStart + 4] ?? 0) & 1) === 1;
    const bits = bytes[pcm.bodyStart + 5] ?? 0;
    const name = QUICKTIME_NAMES[`${entry.type} ${bits}`];
    if (!name) continue;
    bytes.write(name, entry.start + 4, "latin1");
    bytes.writeUInt16BE(bits, entry.bodyStart + 18);
    // `enda` says 1 where the samples are little-endian (QuickTime File Format, 2012, p. 180).
    bytes.write("enda", pcm.start + 4, "latin1");
    bytes.writeUInt16BE(isLittleEndian ? 1 : 0, pcm.bodyStart);
    isChanged = true;
  }
  return isChanged ? bytes : undefined;
}
