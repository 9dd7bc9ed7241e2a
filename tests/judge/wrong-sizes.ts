/** Replaces a file's sizes by the placeholders of a program that doesn't know them. */
type WriteSizes = (bytes: Buffer, pick: <T>(values: readonly T[]) => T) => void;

const after = (bytes: Buffer, text: string): number => {
  const at = bytes.indexOf(text, undefined, "latin1");
  if (at < 0) throw new Error(`there is no ${JSON.stringify(text)}`);
  return at + text.length;
};

const UNKNOWN = [0, 0xffffffff] as const;

/** Makes the eight-byte size of a Matroska file's segment unknown. */
const forgetSegment: WriteSizes = (bytes) => {
  const at = bytes.indexOf(Buffer.from("18538067", "hex"));
  if (bytes[at + 4] !== 1) throw new Error("the segment's size doesn't have eight bytes");
  bytes.fill(0xff, at + 5, at + 12);
};

/** By container. */
export const WRONG_SIZES: Readonly<Record<string, WriteSizes>> = {
  wav: (bytes, pick) => {
    const at = after(bytes, "data");
    const real = bytes.readUInt32LE(at);
    bytes.writeUInt32LE(pick([...UNKNOWN, 0x7ffff000, real + 8, real + 44]), at);
    bytes.writeUInt32LE(pick([...UNKNOWN, real + 36]), 4);
  },
  rf64: (bytes) => bytes.fill(0, after(bytes, "ds64") + 4, after(bytes, "ds64") + 28),
  w64: (bytes, pick) => bytes.fill(pick([0, 0xff]), 16, 24),
  aiff: (bytes, pick) => {
    bytes.writeUInt32BE(pick([0, 0x7f000000]), after(bytes, "SSND"));
    bytes.writeUInt32BE(pick([0, 0x7f000000]), after(bytes, "COMM") + 6);
  },
  // With an unknown size nothing may follow the samples, as the table of packets does.
  caf: (bytes) => {
    if (!bytes.includes("pakt")) bytes.fill(0xff, after(bytes, "data"), after(bytes, "data") + 8);
  },
  au: (bytes, pick) => bytes.writeUInt32BE(pick(UNKNOWN), 8),
  avi: (bytes, pick) => bytes.writeUInt32LE(pick([...UNKNOWN, bytes.length]), 4),
  mkv: forgetSegment,
  webm: forgetSegment,
};
