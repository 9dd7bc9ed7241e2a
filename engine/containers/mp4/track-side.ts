import { parseSide, type Side } from "../../ffmpeg/stereo-pair.ts";
import type { AudioTrack } from "./audio-track.ts";
import { findBox } from "./box.ts";

/** Finds the track that is the other channel of a stereo recording of which `track` is one. */
export function findOtherSide(
  moov: Buffer,
  tracks: readonly AudioTrack[],
  track: AudioTrack,
): AudioTrack | undefined {
  const side = readTrackSide(moov, track);
  if (!side) return undefined;
  return tracks.find((other) => {
    const otherSide = readTrackSide(moov, other);
    return otherSide !== undefined && otherSide !== side && other.format === track.format;
  });
}

/** Reads which channel a track says it is: by its channel layout, or by its handler's name. */
function readTrackSide(moov: Buffer, { trak }: AudioTrack): Side | undefined {
  return readLayout(moov, trak) ?? readHandlerName(moov, trak);
}

type Trak = AudioTrack["trak"];

/** Layout tags of `chan`: the channels follow as descriptions, or as a bitmap. */
const USE_DESCRIPTIONS = 0;
const USE_BITMAP = 1 << 16;

/**
 * QuickTime's `chan` (its file format specification, "Audio channel layout extension"): a layout tag, a
 * bitmap and descriptions. Left is label 1 and bit 0, right is label 2 and bit 1.
 */
function readLayout(moov: Buffer, trak: Trak): Side | undefined {
  const stsd = findBox(moov, trak, "mdia", "minf", "stbl", "stsd");
  // Where a sample entry's boxes begin depends on its version, so the box is looked for by its name.
  const at = stsd ? moov.subarray(stsd.bodyStart, stsd.end).indexOf("chan", 0, "latin1") : -1;
  if (!stsd || at < 0) return undefined;
  const body = moov.subarray(stsd.bodyStart + at + 4, stsd.end);
  if (body.length < 16) return undefined;
  const [tag, bitmap, count] = [4, 8, 12].map((offset) => body.readUInt32BE(offset));
  if (tag === USE_BITMAP) return SIDES[bitmap ?? 0];
  if (tag !== USE_DESCRIPTIONS || count !== 1 || body.length < 20) return undefined;
  return SIDES[body.readUInt32BE(16)];
}

/** Of the names that say a side; a hostile one can be megabytes long. */
const LONGEST_NAME_BYTES = 64;

const SIDES: Readonly<Record<number, Side>> = { 1: "left", 2: "right" };

function readHandlerName(moov: Buffer, trak: Trak): Side | undefined {
  const handler = findBox(moov, trak, "mdia", "hdlr");
  if (!handler) return undefined;
  // Version and flags, a field of QuickTime's, the handler's type, and three that are reserved.
  const start = handler.bodyStart + 24;
  const end = Math.min(handler.end, start + LONGEST_NAME_BYTES);
  return parseSide(moov.toString("latin1", start, end));
}
