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

/** Where a file ends by its head, in bytes; undefined for other files and where its writer didn't know. */
type ReadDeclaredEnd = (head: Buffer) => number | undefined;

/** Says what is cut at the end of a file of one format; undefined for files of others, too. */
type FindCutEnd = (reader: RangeReader, signal: AbortSignal) => Promise<MissingEnd | undefined>;

/**
 * Compares the length that a file declares with the object's, or looks for a part at its end that is cut.
 * `pcm/` checks WAV and AIFF, and the index MP4. Bytes after the end are harmless.
 *
 * @returns undefined if nothing is known to be missing.
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

/** How many bytes show that a file begins like another one. */
const SAME_BYTES = 8;

/** Formats of which ffmpeg reads only the first file if several are joined. */
const READ_ONCE: readonly ReadDeclaredEnd[] = [readAsfEnd, readPcmEnd];

/** Whether another file of the same format begins where the first one says that it ends. */
export async function isFollowedByAnother(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<boolean> {
  const head = await reader.readHead(signal);
  for (const readDeclaredEnd of READ_ONCE) {
    const end = readDeclaredEnd(head);
    if (end === undefined || end + SAME_BYTES > reader.sizeBytes) continue;
    const next = await reader.readAll(end, end + SAME_BYTES, signal);
    return next.equals(head.subarray(0, SAME_BYTES));
  }
  return false;
}

/** Writers that don't know the size write 0 or all ones. Some forget the header's 8 bytes. */
function readAviEnd(head: Buffer): number | undefined {
  if (head.toString("latin1", 0, 4) !== "RIFF" || head.toString("latin1", 8, 11) !== "AVI") {
    return undefined;
  }
  const size = head.readUInt32LE(4);
  return size === 0 || size === 0xffffffff ? undefined : size;
}

/** RFC 8794 §4: the EBML header, then one segment whose size may be unknown (all ones). */
function readMatroskaEnd(head: Buffer): number | undefined {
  const end = findSegment(head)?.end ?? Infinity;
  return end === Infinity ? undefined : end;
}

const SYNC = 0x47;

/**
 * How a transport stream is written, by the bytes of a packet and those before its sync byte: as it
 * is, with a clock before each packet (AVCHD and Blu-ray), or with error correction behind it.
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

/** Bytes after the last packet only count as a packet if they begin like one. */
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
