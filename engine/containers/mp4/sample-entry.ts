import { type Box, ifWellFormed } from "../../../parsing/box.ts";

/** Describes how samples are encoded (ISO/IEC 14496-12 §12.2.3). */
export interface SampleEntry {
  format: string;
  box: Box;
  /** Undefined if the entry is too short. */
  sound: SoundDescription | undefined;
}

export interface SoundDescription {
  /** 1 and 2 are QuickTime's (QuickTime File Format, 2012, p. 178). */
  version: number;
  channels: number;
  bits: number;
  /** Only in version 1: the samples per packet, and the bytes per frame. */
  packet: { samples: number; frameBytes: number } | undefined;
  /** The boxes after the fields. Some QuickTime entries have something else there, and no boxes. */
  boxes: readonly Box[];
}

/** Where the boxes begin in the body, for versions 0, 1 and 2. */
const BOXES_START = [28, 44, 64];

/** Reads the entries of an `stsd` box. */
export function readSampleEntries(stsd: Box): SampleEntry[] {
  // In version 1 of the table, every entry has version 0's fields, whatever version it states.
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
