import { type Box, ifWellFormed } from "../../../parsing/box.ts";

/** What a sample table says about how its samples are encoded (ISO/IEC 14496-12 §12.2.3). */
export interface SampleEntry {
  format: string;
  box: Box;
  /** Undefined where the entry is too short for it. */
  sound: SoundDescription | undefined;
}

export interface SoundDescription {
  /** QuickTime's have 1 or 2 (QuickTime File Format, 2012, p. 178). */
  version: number;
  channels: number;
  bits: number;
  /** In version 1: how samples of one size are counted, and what a frame of them takes. */
  packet: { samples: number; frameBytes: number } | undefined;
  /** The boxes after its fields; none where other things are there, as QuickTime's own entries have. */
  boxes: readonly Box[];
}

/** Where the boxes begin in the body, by the version. */
const BOXES_START = [28, 44, 64];

/** Reads the entries of an `stsd` box. */
export function readSampleEntries(stsd: Box): SampleEntry[] {
  // In version 1 of the table all entries have version 0's fields, whatever they say of their own.
  const isQuickTime = stsd.fullFields().version === 0;
  return stsd.children(8).map((box) => ({
    format: box.type,
    box,
    sound: readTrack(box, isQuickTime),
  }));
}

function readTrack(box: Box, isQuickTime: boolean): SoundDescription | undefined {
  const fields = box.fields();
  if (fields.left < 28) return undefined;
  const version = fields.skip(8).u16();
  const channels = fields.skip(6).u16();
  const bits = fields.u16();
  fields.skip(8);
  const hasPacket = version === 1 && fields.left >= 16;
  const packet = hasPacket
    ? { samples: fields.u32(), frameBytes: fields.skip(4).u32() }
    : undefined;
  const boxesStart = BOXES_START[isQuickTime ? version : 0] ?? 28;
  const boxes = ifWellFormed(() => box.children(boxesStart)) ?? [];
  return { version, channels, bits, packet, boxes };
}
