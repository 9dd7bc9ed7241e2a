import { chooseEncoding, decodeUtf8 } from "./legacy-text.ts";

/**
 * Containers whose tags are older than Unicode. ID3v2 calls text ISO 8859-1 that its writer put there in
 * the encoding of its own system.
 */
const OLD_CONTAINERS = /^(mp3|wav|avi|aiff|aac|w64)$/;

/** Every byte is a character, of those that ISO 8859-1 has. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for single bytes
const SINGLE_BYTES = /^[\x00-\xff]*$/;

/**
 * Decodes tags whose bytes ffmpeg passes on, each byte as a character. They are UTF-8 but in files that
 * are older than that; see `legacy-text.ts`.
 */
export function decodeTags(
  tags: Readonly<Record<string, string>>,
  container: string,
): Record<string, string> {
  const entries = Object.entries(tags).map(([name, value]) => {
    const bytes = Buffer.from(value, "latin1");
    const text = decodeUtf8(bytes);
    if (text === undefined) return { name, bytes, text };
    const mayBeOld = OLD_CONTAINERS.test(container) && SINGLE_BYTES.test(text);
    return { name, bytes: mayBeOld ? Buffer.from(text, "latin1") : undefined, text };
  });
  const legacy = entries.flatMap(({ bytes }) => bytes ?? []);
  const hasLegacy = legacy.some((bytes) => bytes.some((byte) => byte >= 0x80));
  const decoder = new TextDecoder(hasLegacy ? chooseEncoding(legacy) : "utf-8");
  return Object.fromEntries(
    entries.map(({ name, bytes, text }) => [name, bytes ? decoder.decode(bytes) : (text ?? "")]),
  );
}
