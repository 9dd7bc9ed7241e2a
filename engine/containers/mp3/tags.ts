/** Longest of the tags' headers. */
export const TAG_HEADER_BYTES = 32;

const APE_HAS_HEADER = 0x80000000;
const APE_IS_HEADER = 0x20000000;
const ID3_HAS_FOOTER = 0x10;

/** Of ID3, APETAGEX and TAG: text costs much more to read where there are millions of other bytes. */
export const TAG_INITIALS: ReadonlySet<number> = new Set(Buffer.from("IAT"));

/** The bytes of the tag that begins at `at`, header and footer included; 0 where none begins there. */
export function measureTag(bytes: Buffer, at: number): number {
  if (!TAG_INITIALS.has(bytes[at] ?? 0) || bytes.length - at < 10) return 0;
  const name = bytes.toString("latin1", at, at + 8);
  if (name.startsWith("ID3")) return measureId3(bytes, at);
  if (name === "APETAGEX" && bytes.length - at >= TAG_HEADER_BYTES) {
    const size = bytes.readUInt32LE(at + 12);
    const flags = bytes.readUInt32LE(at + 20);
    // A footer without its header: what it counts has passed.
    if ((flags & APE_IS_HEADER) === 0) return TAG_HEADER_BYTES;
    return size + ((flags & APE_HAS_HEADER) === 0 ? 0 : TAG_HEADER_BYTES);
  }
  if (name.startsWith("TAG+")) return 227;
  return name.startsWith("TAG") ? ID3V1_BYTES : 0;
}

/** ID3v2 (id3.org, §3.1). The size's bytes have seven bits, but for writers that forgot it. */
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

/** Where its fields are, and how long, in bytes. */
const ID3V1_FIELDS = { title: [3, 30], artist: [33, 30], album: [63, 30], year: [93, 4] } as const;

/** The texts of an ID3v1 tag, each byte a character; none where the bytes are no such tag. */
export function parseId3v1(bytes: Buffer): Record<string, string> {
  if (bytes.length < ID3V1_BYTES || bytes.toString("latin1", 0, 3) !== "TAG") return {};
  const texts = Object.entries(ID3V1_FIELDS).map(([name, [at, length]]) => {
    const [text = ""] = bytes.toString("latin1", at, at + length).split("\0");
    return [name, text.trimEnd()];
  });
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}

interface ApeTag {
  /** By their names in lower case. */
  texts: Record<string, string>;
  cover: Buffer | undefined;
}

/** Real tags have some dozens. */
const MOST_APE_ITEMS = 1000;

/** The items of an APEv2 tag without header and footer. */
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
    // A picture's file name comes before it.
    if (isBinary && name === "cover art (front)")
      tag.cover ??= value.subarray(value.indexOf(0) + 1);
    // A zero byte separates several values.
    if (!isBinary) tag.texts[name] ??= value.toString("utf8").replaceAll("\0", "; ");
    at = nameEnd + 1 + size;
  }
  return tag;
}
