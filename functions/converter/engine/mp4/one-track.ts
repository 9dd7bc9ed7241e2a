import type { AudioTrack } from "./audio-track.ts";
import { type Box, listBoxes, makeBox } from "./box.ts";
import type { Extents } from "./extents.ts";

/** Full-box fields start behind version and flags. */
const FLAGS_BYTES = 4;

/** The movie box with this one track, as if its chunks lay end to end from `dataStart` on. */
export function rebuildMovie(
  moov: Buffer,
  track: AudioTrack,
  extents: Extents,
  dataStart: number,
): Buffer {
  return keepTrack(moov, track, (offsets) => moveChunks(moov, offsets, extents, dataStart));
}

/** The movie box of a fragmented file with this one track, whose samples are in the fragments. */
export function rebuildFragmentedMovie(moov: Buffer, track: AudioTrack): Buffer {
  return keepTrack(moov, track, (offsets) => moov.subarray(offsets.start, offsets.end));
}

function keepTrack(moov: Buffer, track: AudioTrack, move: (offsets: Box) => Buffer): Buffer {
  const kept = listBoxes(moov, 8, moov.length).filter(
    (box) => box.start === track.trak.start || ["mvhd", "mvex", "udta", "meta"].includes(box.type),
  );
  return makeBox(
    "moov",
    ...kept.map((box) =>
      box.type === "trak"
        ? rebuildBox(moov, box, track.isCutHere, move)
        : hideItunesGapless(moov.subarray(box.start, box.end)),
    ),
  );
}

/** Renames the tag by which ffmpeg cuts priming off; what it tells is in the track already. */
function hideItunesGapless(box: Buffer): Buffer {
  const at = box.indexOf("iTunSMPB", 0, "latin1");
  if (at < 0) return box;
  const copy = Buffer.from(box);
  copy.write("-", at, "latin1");
  return copy;
}

const PATH_TO_CHUNKS = ["trak", "mdia", "minf", "stbl"];

function rebuildBox(
  moov: Buffer,
  box: Box,
  dropEdits: boolean,
  move: (offsets: Box) => Buffer,
): Buffer {
  const children = listBoxes(moov, box.bodyStart, box.end)
    // A reference to a track that is no longer there, such as the chapters' text.
    .filter((child) => child.type !== "tref" && !(dropEdits && child.type === "edts"))
    .map((child) => {
      if (child.type === "stco" || child.type === "co64") return move(child);
      return PATH_TO_CHUNKS.includes(child.type)
        ? rebuildBox(moov, child, dropEdits, move)
        : moov.subarray(child.start, child.end);
    });
  return makeBox(box.type, ...children);
}

function moveChunks(moov: Buffer, offsets: Box, extents: Extents, dataStart: number): Buffer {
  const isShort = offsets.type === "stco";
  const count = moov.readUInt32BE(offsets.bodyStart + FLAGS_BYTES);
  const body = Buffer.alloc(8 + count * 8);
  body.writeUInt32BE(count, 4);
  let extent = 0;
  let extentAt = dataStart;
  for (let chunk = 0; chunk < count; chunk++) {
    const at = offsets.bodyStart + 8 + chunk * (isShort ? 4 : 8);
    const start = isShort ? moov.readUInt32BE(at) : Number(moov.readBigUInt64BE(at));
    while (
      extent < extents.count - 1 &&
      start >= (extents.starts[extent] as number) + (extents.sizes[extent] as number)
    ) {
      extentAt += extents.sizes[extent] as number;
      extent++;
    }
    const moved = extentAt + start - (extents.starts[extent] ?? start);
    body.writeBigUInt64BE(BigInt(Math.max(0, moved)), 8 + chunk * 8);
  }
  return makeBox("co64", body);
}
