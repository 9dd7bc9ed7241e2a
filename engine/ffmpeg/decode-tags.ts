/**
 * Containers whose tags are older than Unicode. ID3v2 calls text ISO 8859-1 that its writer put there in
 * the encoding of its own system.
 */
const OLD_CONTAINERS = /^(mp3|wav|avi|aiff|aac|w64)$/;

/** Every byte is a character, of those that ISO 8859-1 has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for single bytes
const SINGLE_BYTES = /^[\x00-\xff]*$/;

/** Decodes a file's tags, see {@link decodeTexts}. */
export async function decodeTags(
  tags: Readonly<Record<string, string>>,
  container: string,
): Promise<Record<string, string>> {
  const texts = await decodeTexts(Object.values(tags), container);
  return Object.fromEntries(Object.keys(tags).map((name, at) => [name, texts[at] ?? ""]));
}

/**
 * Decodes texts whose bytes ffmpeg passes on, each byte as a character. They are UTF-8 but in files that
 * are older than that. Those of one file have one encoding, which all of them together show best.
 */
export async function decodeTexts(texts: readonly string[], container: string): Promise<string[]> {
  const read = texts.map((value) => {
    const bytes = Buffer.from(value, "latin1");
    const text = decodeUtf8(bytes);
    if (text === undefined) return { bytes };
    const mayBeOld = OLD_CONTAINERS.test(container) && SINGLE_BYTES.test(text);
    return mayBeOld ? { bytes: Buffer.from(text, "latin1") } : { text };
  });
  const old = read.flatMap(({ bytes }) => bytes ?? []).filter((bytes) => bytes.some(isHigh));
  const encoding = old.length > 0 ? await detectEncoding(old) : "utf-8";
  // `stream` leaves out a last character that is only there in part.
  return read.map(({ text, bytes }) =>
    bytes ? new TextDecoder(encoding).decode(bytes, { stream: true }) : text,
  );
}

/** Names the encoding of texts that aren't UTF-8, as `TextDecoder` calls it. */
async function detectEncoding(texts: readonly Buffer[]): Promise<string> {
  // Most files never need it.
  const { EncodingDetector } = await import("chardetng-wasm/dist/chardetng_wasm.js");
  const detector = EncodingDetector.new();
  try {
    // A line break keeps the last character of one text and the first of the next apart.
    for (const text of texts) detector.feed(Buffer.from([...dropCutCharacter(text), 0x0a]), false);
    detector.feed(new Uint8Array(), true);
    return detector.guess(undefined, false);
  } finally {
    detector.free();
  }
}

/** ID3v1 cuts its texts there, in bytes. */
const ID3V1_TEXT_BYTES = 30;

/**
 * Drops half of a double-byte character. Its first byte is high, so at the end of a cut text there is an
 * odd number of high bytes.
 */
function dropCutCharacter(text: Buffer): Buffer {
  const highAtEnd = text.length - 1 - text.findLastIndex((byte) => !isHigh(byte));
  return text.length === ID3V1_TEXT_BYTES && highAtEnd % 2 === 1 ? text.subarray(0, -1) : text;
}

const isHigh = (byte: number) => byte >= 0x80;

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
