import type { AudioTrack } from "./audio-track.ts";
import { type Box, findBox, listBoxes, wrapBox } from "./box.ts";
import { countEntries } from "./chunks.ts";
import type { SampleRun } from "./extents.ts";
import { nameAsQuickTime } from "./integer-pcm.ts";

/** A box in pieces, so that large tables are copied once. */
type Pieces = readonly Uint8Array[];

/** What replaces a box of the track's sample table; undefined keeps it. */
type Replace = (type: string, box: Uint8Array) => Pieces | undefined;

const DATA_HEADER_BYTES = 16;

/**
 * Builds a file's head with this one track, whose samples follow it without gaps: `ftyp`, the movie
 * box and the header of an `mdat` of `totalBytes`. All samples with one description are one chunk.
 */
export function rebuildHead(
  ftyp: Buffer,
  moov: Buffer,
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
  const movie = keepTrack(moov, track, (type, box) => {
    if (type === "stco" || type === "co64") return wrapBox("co64", [places]);
    if (type === "stsc") return wrapBox("stsc", [counts]);
    return renameIntegerPcm(type, box);
  });
  const pieces = [ftyp, ...movie, dataHeader];
  // Where the data begins is known only now, because all sizes are.
  let startByte = pieces.reduce((sum, piece) => sum + piece.length, 0);
  for (const [index, { bytes }] of runs.entries()) {
    places.writeBigUInt64BE(BigInt(startByte), 8 + index * 8);
    startByte += bytes;
  }
  return Buffer.concat(pieces);
}

/** Does the same for a fragmented file, whose samples are in the fragments. */
export const rebuildFragmentedHead = (ftyp: Buffer, moov: Buffer, track: AudioTrack): Buffer =>
  Buffer.concat([ftyp, ...keepTrack(moov, track, renameIntegerPcm)]);

const renameIntegerPcm: Replace = (type, box) => {
  const renamed = type === "stsd" ? nameAsQuickTime(box) : undefined;
  return renamed && [renamed];
};

function keepTrack(moov: Buffer, track: AudioTrack, replace: Replace): Pieces {
  const kept = listBoxes(moov, 8, moov.length).filter(
    (box) => box.start === track.trak.start || ["mvhd", "mvex", "udta", "meta"].includes(box.type),
  );
  return wrapBox(
    "moov",
    kept.flatMap((box) =>
      box.type === "trak"
        ? rebuildBox(moov, box, track.isCutHere, replace)
        : hideItunesGapless(moov.subarray(box.start, box.end)),
    ),
  );
}

/** Renames the tag by which ffmpeg cuts off priming. The track already has that information. */
function hideItunesGapless(box: Buffer): Buffer {
  const at = box.indexOf("iTunSMPB", 0, "latin1");
  if (at < 0) return box;
  const copy = Buffer.from(box);
  copy.write("-", at, "latin1");
  return copy;
}

const PATH_TO_TABLES = ["trak", "mdia", "minf", "stbl"];

function rebuildBox(moov: Buffer, box: Box, dropEdits: boolean, replace: Replace): Pieces {
  const children = listBoxes(moov, box.bodyStart, box.end)
    // A reference to a track that is no longer there, such as the chapters' text.
    .filter((child) => child.type !== "tref" && !(dropEdits && child.type === "edts"))
    .flatMap((child) => {
      if (PATH_TO_TABLES.includes(child.type)) return rebuildBox(moov, child, dropEdits, replace);
      const bytes = moov.subarray(child.start, child.end);
      return (box.type === "stbl" ? replace(child.type, bytes) : undefined) ?? bytes;
    });
  return wrapBox(box.type, children);
}

/** The entries of a rebuilt head's table of sample sizes, 32 bits each; none if all have one size. */
export function findSampleSizes(head: Buffer): Buffer {
  const root: Box = { type: "", start: 0, bodyStart: 0, end: head.length - DATA_HEADER_BYTES };
  const stsz = findBox(head, root, "moov", ...PATH_TO_TABLES, "stsz");
  if (!stsz || head.readUInt32BE(stsz.bodyStart + 4) !== 0) return Buffer.alloc(0);
  const start = stsz.bodyStart + 12;
  return head.subarray(start, start + countEntries(head, stsz, 8, 4) * 4);
}
