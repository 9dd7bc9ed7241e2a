/** How much of a text is kept: what a reader sees as one character, and bytes of UTF-8. */
export interface TextLimits {
  maxGraphemes: number;
  maxBytes: number;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const ELLIPSIS = { text: "…", bytes: 3 };

/**
 * Shortens a text that came from a user's file. Cuts between graphemes, so that no emoji or accent
 * is cut in two (https://www.unicode.org/reports/tr29/). Bytes are counted as well, because one
 * grapheme may carry any number of combining marks.
 *
 * @returns well-formed Unicode that ends in "…" if something was cut off
 */
export function shortenText(text: string, { maxGraphemes, maxBytes }: TextLimits): string {
  // Each UTF-16 unit takes at least one byte, so nothing after these can be in the result.
  const head = text.slice(0, maxBytes + 1).toWellFormed();
  let end = 0;
  let bytes = 0;
  let count = 0;
  for (const { segment, index } of graphemes.segment(head)) {
    bytes += countUtf8Bytes(segment);
    count += 1;
    if (count > maxGraphemes || bytes > maxBytes) return `${head.slice(0, end)}${ELLIPSIS.text}`;
    const leavesRoom = count < maxGraphemes && bytes + ELLIPSIS.bytes <= maxBytes;
    if (leavesRoom) end = index + segment.length;
  }
  return head;
}

/**
 * Prepares a file's name or title for a line of a page, an email or a terminal. Removes control
 * characters, and the marks that change the direction of text: with U+202E in it, "exe.4pm" reads
 * as "mp4.exe" (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
 */
export const toDisplayText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\s+/gu, " ")
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, "")
    .trim();

/** The API's limit on file names, in UTF-16 code units. */
export const MAX_FILE_NAME_LENGTH = 255;

/**
 * Shortens a file's name to what the API takes. Keeps the extension, which shows the kind of file.
 */
export function toFileName(name: string): string {
  const text = toDisplayText(name) || "Video";
  if (text.length <= MAX_FILE_NAME_LENGTH) return text;
  const ending = /\.\w{1,10}$/.exec(text)?.[0] ?? "";
  const rest = MAX_FILE_NAME_LENGTH - ending.length;
  return shortenText(text, { maxGraphemes: rest, maxBytes: rest }) + ending;
}

/** Of well-formed text. */
function countUtf8Bytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // A pair of surrogates is 4 bytes, any other unit above U+07FF is 3.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 2 : 3;
  }
  return bytes;
}
