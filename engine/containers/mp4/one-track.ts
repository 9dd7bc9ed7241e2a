import { type Box, listBoxes } from "../../../parsing/box.ts";
import { countEntries } from "../../../parsing/movie-boxes.ts";
import type { AudioTrack } from "./audio-track.ts";
import { straightenEdits } from "./edits.ts";
import type { SampleRun } from "./extents.ts";
import { wrapBox } from "./make-box.ts";
import type { UniformTimes } from "./read-times.ts";

/** A box in pieces. Large tables are copied only once, when the pieces are joined. */
type Pieces = readonly Uint8Array[];

/** Returns a replacement for a box of the track's sample table, or undefined to keep it. */
type Replace = (box: Box) => Pieces | undefined;

const DATA_HEADER_BYTES = 16;

/**
 * Builds the head of a file that has only this track: `ftyp`, the movie box and the header of an
 * `mdat` of `totalBytes`. The samples follow it without gaps. Each run of samples is one chunk.
 */
export function rebuildHead(
  ftyp: Buffer,
  moov: Box,
  track: AudioTrack,
  runs: readonly SampleRun[],
  totalBytes: number,
): Buffer {
  const dataHeader = Buffer.alloc(DATA_HEADER_BYTES);
  dataHeader.writeUInt32BE(1, 0);
  dataHeader.write("mdat", 4, "latin1");
  dataHeader.writeBigUInt64BE(BigInt(DATA_HEADER_BYTES + totalBytes), 8);

  const places = Buffer.alloc(8 + runs.length * 8);
  places.writeUInt32BE(runs.length, 4);
  const counts = Buffer.alloc(8 + runs.length * 12);
  counts.writeUInt32BE(runs.length, 4);
  for (const [index, { samples, description }] of runs.entries()) {
    const at = 8 + index * 12;
    counts.writeUInt32BE(index + 1, at);
    counts.writeUInt32BE(samples, at + 4);
    counts.writeUInt32BE(description, at + 8);
  }
  const movie = keepTrack(moov, track, (box) => {
    if (box.type === "stco" || box.type === "co64") return wrapBox("co64", [places]);
    if (box.type === "stsc") return wrapBox("stsc", [counts]);
    const { replacedTimes } = track;
    return box.type === "stts" && replacedTimes ? writeTimes(replacedTimes) : undefined;
  });
  const pieces = [ftyp, ...movie, dataHeader];
  // Only now are all sizes known, and so where the data begins.
  let startByte = pieces.reduce((sum, piece) => sum + piece.length, 0);
  for (const [index, { bytes }] of runs.entries()) {
    places.writeBigUInt64BE(BigInt(startByte), 8 + index * 8);
    startByte += bytes;
  }
  return Buffer.concat(pieces);
}

/** Builds a table that gives all samples the same length. */
function writeTimes({ samples, sampleTicks }: UniformTimes): Pieces {
  const times = Buffer.alloc(16);
  times.writeUInt32BE(1, 4);
  times.writeUInt32BE(samples, 8);
  times.writeUInt32BE(sampleTicks, 12);
  return wrapBox("stts", [times]);
}

/** Builds the head of a fragmented file with only this track. Its samples are in the fragments. */
export const rebuildFragmentedHead = (ftyp: Buffer, moov: Box, track: AudioTrack): Buffer =>
  Buffer.concat([ftyp, ...keepTrack(moov, track, () => undefined)]);

function keepTrack(moov: Box, track: AudioTrack, replace: Replace): Pieces {
  const kept = moov
    .children()
    .filter(
      ({ type, start }) =>
        start === track.trak.start || ["mvhd", "mvex", "udta", "meta"].includes(type),
    );
  return wrapBox(
    "moov",
    kept.flatMap((box) =>
      box.type === "trak"
        ? rebuildBox(box, track.isCutHere, replace)
        : hideItunesGapless(box.whole),
    ),
  );
}

/**
 * Renames iTunes' gapless tag, so that ffmpeg doesn't cut off priming. The engine has read it
 * already.
 */
function hideItunesGapless(box: Uint8Array): Uint8Array {
  const at = Buffer.from(box.buffer, box.byteOffset, box.length).indexOf("iTunSMPB", 0, "latin1");
  if (at < 0) return box;
  const copy = Buffer.from(box);
  copy.write("-", at, "latin1");
  return copy;
}

const PATH_TO_TABLES = ["trak", "mdia", "minf", "stbl"];

function rebuildBox(box: Box, dropEdits: boolean, replace: Replace): Pieces {
  const children = box
    .children()
    // Drop references to other tracks, such as the chapters' text. Those tracks are gone.
    .filter((child) => child.type !== "tref" && !(dropEdits && child.type === "edts"))
    .flatMap((child) => {
      if (PATH_TO_TABLES.includes(child.type)) return rebuildBox(child, dropEdits, replace);
      if (child.type === "edts") return straightenEdits(child);
      return (box.type === "stbl" ? replace(child) : undefined) ?? child.whole;
    });
  return wrapBox(box.type, children);
}

/**
 * Returns a rebuilt head's sample sizes, 32 bits each. It is empty if all samples have one size.
 */
export function findSampleSizes(head: Buffer): Buffer {
  const boxes = listBoxes(head, 0, head.length - DATA_HEADER_BYTES);
  const stsz = boxes.find(({ type }) => type === "moov")?.find(...PATH_TO_TABLES, "stsz");
  const fields = stsz?.fullFields().fields;
  if (!stsz || !fields || fields.u32() !== 0) return Buffer.alloc(0);
  const count = countEntries(fields, 4);
  const start = stsz.end - fields.left;
  return head.subarray(start, start + count * 4);
}
