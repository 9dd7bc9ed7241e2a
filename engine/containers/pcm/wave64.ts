import type { RangeReader } from "../../reading/range-reader.ts";
import { PlainFile } from "../plain-file.ts";
import { SplicedSource } from "../spliced-source.ts";
import type { TrackChoice } from "../track-choice.ts";

/** The first halves of Sony Wave64's GUIDs, which begin with the chunk's name. */
const RIFF = "riff\x2e\x91\xcf\x11";
const WAVE = "wave\xf3\xac\xd3\x11";
const DATA = "data\xf3\xac\xd3\x11";

/** A GUID and a size. The size counts these 24 bytes too. Chunks begin at multiples of eight. */
const CHUNK_HEAD_BYTES = 24;
const FIRST_CHUNK_AT = 40;
const SIZE_AT = 16;

/**
 * Opens a Wave64 file without a size. The missing sizes are filled in, because ffmpeg needs them.
 */
export async function openUnfinishedWave64(
  reader: RangeReader,
  _choice: TrackChoice,
  signal: AbortSignal,
): Promise<PlainFile | undefined> {
  const head = await reader.readHead(signal);
  const name = (at: number) => head.toString("latin1", at, at + 8);
  if (name(0) !== RIFF || name(CHUNK_HEAD_BYTES) !== WAVE) return undefined;
  const at = findSamples(head, name);
  if (at === undefined) return undefined;
  const [fileBytes, samplesBytes] = [readSize(head, 0), readSize(head, at)];
  if (isWritten(fileBytes) && isWritten(samplesBytes)) return undefined;
  const written = Buffer.from(head);
  written.writeBigUInt64LE(BigInt(reader.sizeBytes), SIZE_AT);
  written.writeBigUInt64LE(BigInt(reader.sizeBytes - at), at + SIZE_AT);
  const media = new SplicedSource(reader, [written, [head.length, reader.sizeBytes]]);
  return new PlainFile(reader, { media });
}

function findSamples(head: Buffer, name: (at: number) => string): number | undefined {
  for (let at = FIRST_CHUNK_AT; at + CHUNK_HEAD_BYTES <= head.length; ) {
    if (name(at) === DATA) return at;
    at += Math.max(CHUNK_HEAD_BYTES, Math.ceil(readSize(head, at) / 8) * 8);
  }
  return undefined;
}

const readSize = (head: Buffer, at: number): number => Number(head.readBigUInt64LE(at + SIZE_AT));

/** Until a recorder knows a size, it writes 0, the size of the chunk's head, or all ones. */
const isWritten = (bytes: number): boolean => bytes > CHUNK_HEAD_BYTES && bytes < 2 ** 53;
