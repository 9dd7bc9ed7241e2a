/** The length of the longest header of a tag. */
export const TAG_HEADER_BYTES = 32;

const APE_HAS_HEADER = 0x80000000;
const APE_IS_HEADER = 0x20000000;
const ID3_HAS_FOOTER = 0x10;

/** The first letters of ID3, APETAGEX and TAG. Comparing a byte is much faster than reading text. */
export const TAG_INITIALS: ReadonlySet<number> = new Set(Buffer.from("IAT"));

/** Returns the size of the tag at `at` with its header and footer, or 0 if there is none. */
export function measureTag(bytes: Buffer, at: number): number {
  if (!TAG_INITIALS.has(bytes[at] ?? 0) || bytes.length - at < 10) return 0;
  const name = bytes.toString("latin1", at, at + 8);
  if (name.startsWith("ID3")) return measureId3(bytes, at);
  if (name === "APETAGEX" && bytes.length - at >= TAG_HEADER_BYTES) {
    const size = bytes.readUInt32LE(at + 12);
    const flags = bytes.readUInt32LE(at + 20);
    // This is a footer, so its tag has already passed.
    if ((flags & APE_IS_HEADER) === 0) return TAG_HEADER_BYTES;
    return size + ((flags & APE_HAS_HEADER) === 0 ? 0 : TAG_HEADER_BYTES);
  }
  if (name.startsWith("TAG+")) return EXTENSION_BYTES;
  return name.startsWith("TAG") ? ID3V1_BYTES : 0;
}

/**
 * How many bytes at a tag's end are enough to measure it. ID3v1 and its extension fit completely.
 */
export const TAG_TRAILER_BYTES = 355;

const EXTENSION_BYTES = 227;
const LYRICS_END = /(\d{6})LYRICS200$/;

/** Returns the size of the tag that ends where `bytes` end, or 0 if there is none. */
export function measureTagBefore(bytes: Buffer): number {
  const begins = (name: string, back: number): boolean =>
    bytes.length >= back && bytes.subarray(-back).toString("latin1", 0, name.length) === name;
  if (begins("TAG", ID3V1_BYTES)) {
    const isExtended = begins("TAG+", EXTENSION_BYTES + ID3V1_BYTES);
    return isExtended ? EXTENSION_BYTES + ID3V1_BYTES : ID3V1_BYTES;
  }
  if (begins("APETAGEX", TAG_HEADER_BYTES)) {
    const footer = bytes.subarray(-TAG_HEADER_BYTES);
    const hasHeader = (footer.readUInt32LE(20) & APE_HAS_HEADER) !== 0;
    return footer.readUInt32LE(12) + (hasHeader ? TAG_HEADER_BYTES : 0);
  }
  // ID3v2.4's footer has the name backwards (§3.4).
  if (begins("3DI", 10)) return 20 + readId3Size(bytes, bytes.length - 4);
  // Lyrics3 2.00 ends with its size and its name, 15 bytes which that size doesn't count.
  const lyrics = LYRICS_END.exec(bytes.toString("latin1"));
  return lyrics ? Number(lyrics[1]) + 15 : 0;
}

/** ID3v2 (id3.org, §3.1). The size has seven bits in each byte, but some writers use all eight. */
function measureId3(bytes: Buffer, at: number): number {
  const [version = 0xff, revision = 0xff, flags = 0] = bytes.subarray(at + 3, at + 6);
  if (version === 0xff || revision === 0xff) return 0;
  const footerBytes = version >= 4 && (flags & ID3_HAS_FOOTER) !== 0 ? 10 : 0;
  return 10 + readId3Size(bytes, at + 6) + footerBytes;
}

export function readId3Size(bytes: Buffer, at: number): number {
  const size = bytes.readUInt32BE(at);
  if ((size & 0x80808080) !== 0) return size;
  return (
    (size & 0x7f) | ((size >> 1) & 0x3f80) | ((size >> 2) & 0x1fc000) | ((size >> 3) & 0xfe00000)
  );
}

export const ID3V1_BYTES = 128;

/** The places and lengths of ID3v1's fields, in bytes. */
const ID3V1_FIELDS = { title: [3, 30], artist: [33, 30], album: [63, 30], year: [93, 4] } as const;

/** Reads an ID3v1 tag's texts, with a character for each byte. Returns none if this isn't such a tag. */
export function parseId3v1(bytes: Buffer): Record<string, string> {
  if (bytes.length < ID3V1_BYTES || bytes.toString("latin1", 0, 3) !== "TAG") return {};
  const texts = Object.entries(ID3V1_FIELDS).map(([name, [at, length]]) => {
    const [text = ""] = bytes.toString("latin1", at, at + length).split("\0");
    return [name, text.trimEnd()];
  });
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}

interface ApeTag {
  /** The texts by their names in lower case. */
  texts: Record<string, string>;
  cover: Buffer | undefined;
}

/** Real tags have a few dozen items. */
const MOST_APE_ITEMS = 1000;

/** Parses the items of an APEv2 tag without its header and footer. */
export function parseApeItems(body: Buffer): ApeTag {
  const tag: ApeTag = { texts: {}, cover: undefined };
  let at = 0;
  for (let count = 0; count < MOST_APE_ITEMS && at + 9 < body.length; count++) {
    const size = body.readUInt32LE(at);
    const isBinary = ((body.readUInt32LE(at + 4) >> 1) & 3) === 1;
    const nameEnd = body.indexOf(0, at + 8);
    if (nameEnd < 0 || nameEnd + 1 + size > body.length) break;
    const name = body.toString("latin1", at + 8, nameEnd).toLowerCase();
    const value = body.subarray(nameEnd + 1, nameEnd + 1 + size);
    // The picture's file name comes first.
    if (isBinary && name === "cover art (front)")
      tag.cover ??= value.subarray(value.indexOf(0) + 1);
    // Values are separated by zero bytes.
    if (!isBinary) tag.texts[name] ??= value.toString("utf8").replaceAll("\0", "; ");
    at = nameEnd + 1 + size;
  }
  return tag;
}
