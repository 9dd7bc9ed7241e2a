/**
 * Containers whose tags are older than Unicode. Their writers used their system's encoding, and ID3v2
 * calls it ISO 8859-1 whatever it was.
 */
const OLD_CONTAINERS = /^(mp3|wav|avi|aiff|aac|w64)$/;

/** Matches texts in which each character stands for a byte. */
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
 * Decodes texts in which each character stands for a byte, as ffmpeg passes them on. They are UTF-8
 * unless the container is older than that. All texts of a file have the same encoding, and all of them
 * together show best which one.
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
  // `stream` leaves out an incomplete last character.
  return read.map(({ text, bytes }) =>
    bytes ? new TextDecoder(encoding).decode(bytes, { stream: true }) : text,
  );
}

/** Detects the encoding of texts that aren't UTF-8. @returns `TextDecoder`'s name of it */
async function detectEncoding(texts: readonly Buffer[]): Promise<string> {
  // Most files don't need the detector, so it is loaded only now.
  const { EncodingDetector } = await import("chardetng-wasm/dist/chardetng_wasm.js");
  const detector = EncodingDetector.new();
  try {
    // A line break separates the last character of one text from the first of the next.
    for (const text of texts) detector.feed(Buffer.from([...dropCutCharacter(text), 0x0a]), false);
    detector.feed(new Uint8Array(), true);
    return detector.guess(undefined, false);
  } finally {
    detector.free();
  }
}

/** ID3v1 cuts texts after this many bytes. */
const ID3V1_TEXT_BYTES = 30;

/**
 * Drops half a double-byte character. The first byte of such a character is high, so a text that was cut
 * in the middle of one ends in an odd number of high bytes.
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
