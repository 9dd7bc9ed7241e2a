import { findSegment } from "../../parsing/element.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import { readAsfEnd, readAsfSeconds } from "./asf-header.ts";
import { interrupted, type MissingEnd } from "./container.ts";
import { readPcmEnd } from "./pcm/pcm-end.ts";
import { findCutProgramPacket } from "./program-stream.ts";
import {
  findCutDvFrame,
  findCutSdsPacket,
  findCutVocBlock,
  findGxfWithoutEnd,
  readRareEnd,
} from "./rare-ends.ts";

/**
 * Reads from its head at which byte a file of one format ends. Returns undefined for other formats,
 * and if the writer didn't know.
 */
type ReadDeclaredEnd = (head: Buffer) => number | undefined;

/**
 * Finds what is cut off at the end of a file of one format. Returns undefined for other formats.
 */
type FindCutEnd = (reader: RangeReader, signal: AbortSignal) => Promise<MissingEnd | undefined>;

/**
 * Finds whether a file's end is missing. Compares the file's size with the one that its head
 * states, or checks whether its last part is cut. Extra bytes at the end are harmless. WAV and AIFF
 * are checked in `pcm/`, and MP4 by its index.
 *
 * @returns undefined if nothing seems to be missing
 */
export async function findMissingEnd(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<MissingEnd | undefined> {
  const head = await reader.readHead(signal);
  for (const readDeclaredEnd of DECLARED_ENDS) {
    const end = readDeclaredEnd(head);
    if (end === undefined) continue;
    if (end <= reader.sizeBytes) return undefined;
    const detail = `the file says ${end} bytes`;
    return { detail, isInterrupted: false, statedSeconds: readAsfSeconds(head) };
  }
  for (const findCutEnd of CUT_ENDS) {
    const cut = await findCutEnd(reader, signal);
    if (cut) return cut;
  }
  return undefined;
}

/** If this many first bytes are the same, two files have the same format. */
const SAME_BYTES = 8;

/** Formats of which ffmpeg reads only the first of several joined files. */
const FIRST_FILE_ONLY: readonly ReadDeclaredEnd[] = [readAsfEnd, readPcmEnd];

/** Returns whether a second file of the same format begins at the stated end of the first one. */
export async function isFollowedByAnother(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<boolean> {
  const head = await reader.readHead(signal);
  for (const readDeclaredEnd of FIRST_FILE_ONLY) {
    const end = readDeclaredEnd(head);
    if (end === undefined || end + SAME_BYTES > reader.sizeBytes) continue;
    const next = await reader.readAll(end, end + SAME_BYTES, signal);
    return next.equals(head.subarray(0, SAME_BYTES));
  }
  return false;
}

/**
 * Reads the size of an AVI. Writers that don't know it write 0 or all ones. Some don't count the
 * header's 8 bytes, so the smaller reading is used.
 */
function readAviEnd(head: Buffer): number | undefined {
  if (head.toString("latin1", 0, 4) !== "RIFF" || head.toString("latin1", 8, 11) !== "AVI") {
    return undefined;
  }
  const size = head.readUInt32LE(4);
  return size === 0 || size === 0xffffffff ? undefined : size;
}

/** Reads where a Matroska file's segment ends (RFC 8794 §4). Its size may be unknown (all ones). */
function readMatroskaEnd(head: Buffer): number | undefined {
  const end = findSegment(head)?.end ?? Infinity;
  return end === Infinity ? undefined : end;
}

const SYNC = 0x47;

/**
 * The three layouts of a transport stream: plain packets, packets with a clock before each (AVCHD
 * and Blu-ray), and packets with error correction after each. `bytes` is the distance between two
 * packets.
 */
const TRANSPORT_PACKETS = [
  { bytes: 188, syncAt: 0 },
  { bytes: 192, syncAt: 4 },
  { bytes: 204, syncAt: 0 },
];

function findTransportPackets(head: Buffer) {
  return TRANSPORT_PACKETS.find(({ bytes, syncAt }) =>
    [0, 1, 2, 3].every((packet) => head[packet * bytes + syncAt] === SYNC),
  );
}

/** Finds a cut packet at the end of a transport stream. Other bytes there don't matter. */
const findCutTransportPacket: FindCutEnd = async (reader, signal) => {
  const packets = findTransportPackets(await reader.readHead(signal));
  if (!packets) return undefined;
  const { bytes, syncAt } = packets;
  const size = reader.sizeBytes;
  const sync = size - (size % bytes) + syncAt;
  const [first] = sync < size ? await reader.readAll(sync, sync + 1, signal) : [];
  return first === SYNC ? interrupted("the last transport packet is cut") : undefined;
};

const DECLARED_ENDS: readonly ReadDeclaredEnd[] = [
  readAviEnd,
  readMatroskaEnd,
  readAsfEnd,
  readPcmEnd,
  readRareEnd,
];

const CUT_ENDS: readonly FindCutEnd[] = [
  findCutTransportPacket,
  findCutProgramPacket,
  findCutDvFrame,
  findCutVocBlock,
  findGxfWithoutEnd,
  findCutSdsPacket,
];
