import { shortenText } from "../../contract/text.ts";

/**
 * The contents of the tag before an MP3. It is ID3v2.3, which every player reads.
 * https://id3.org/id3v2.3.0
 */
export interface Id3Tags {
  title: string;
  artist?: string | undefined;
  album?: string | undefined;
  track?: { number: number; of: number } | undefined;
  date?: string | undefined;
  cover?: Uint8Array | undefined;
  chapters: readonly { startSeconds: number; endSeconds: number; title: string }[];
}

/** Players give up on longer texts, which hostile files have. */
const TEXT_LIMITS = { maxGraphemes: 1000, maxBytes: 4000 };

/** CTOC stores the number of its entries in one byte. */
const MOST_CHAPTERS = 255;

/** Builds the whole tag. The same input always gives the same bytes. */
export function buildId3(tags: Id3Tags): Buffer {
  const frames: Buffer[] = [textFrame("TIT2", tags.title)];
  if (tags.artist) frames.push(textFrame("TPE1", tags.artist));
  if (tags.album) frames.push(textFrame("TALB", tags.album));
  if (tags.track) frames.push(textFrame("TRCK", `${tags.track.number}/${tags.track.of}`));
  const { year, month, day } = parseDate(tags.date ?? "");
  if (year) frames.push(textFrame("TYER", year));
  if (month && day) frames.push(textFrame("TDAT", `${day}${month}`));
  const chapters = tags.chapters.slice(0, MOST_CHAPTERS);
  if (chapters.length > 0) {
    const ids = chapters.map((_, index) => `ch${index}\0`);
    frames.push(
      frame("CTOC", [
        Buffer.from("toc\0"),
        Buffer.from([3, ids.length]),
        Buffer.from(ids.join("")),
      ]),
    );
    for (const [index, chapter] of chapters.entries()) {
      const times = Buffer.alloc(16, 0xff);
      times.writeUInt32BE(toMilliseconds(chapter.startSeconds), 0);
      times.writeUInt32BE(toMilliseconds(chapter.endSeconds), 4);
      const parts: Uint8Array[] = [Buffer.from(ids[index] as string, "latin1"), times];
      if (chapter.title) parts.push(textFrame("TIT2", chapter.title));
      frames.push(frame("CHAP", parts));
    }
  }
  const mime = tags.cover && imageType(tags.cover);
  if (tags.cover && mime) {
    // Encoding 0, front cover (3), no description.
    frames.push(frame("APIC", [Buffer.from(`\0${mime}\0\x03\0`, "latin1"), tags.cover]));
  }
  const body = Buffer.concat(frames);
  const header = Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 0]);
  for (let index = 0; index < 4; index++) {
    header[9 - index] = (body.length >>> (7 * index)) & 0x7f;
  }
  return Buffer.concat([header, body]);
}

/** A plausible year of a recording, without other digits next to it. */
const YEAR = /(?<!\d)(?:1[4-9]|20|21)\d\d(?!\d)/;

/** Dates whose order is certain from what is between the numbers. */
const DATES = [
  /^\s*(?:D:)?(?<year>\d{4})(?<mark>[-/.:]?)(?<month>\d\d?)\k<mark>(?<day>\d\d?)(?!\d)/,
  // A time of six digits follows immediately.
  /^\s*(?:D:)?(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)\d{6}(?!\d)/,
  /^\s*(?<day>\d\d?)\.\s?(?<month>\d\d?)\.\s?(?<year>\d{4})(?!\d)/,
  // The number is too large for a month.
  /^\s*(?<day>1[3-9]|[23]\d)(?<mark>[-/])(?<month>\d\d?)\k<mark>(?<year>\d{4})(?!\d)/,
  /^\s*(?<month>\d\d?)(?<mark>[-/])(?<day>1[3-9]|[23]\d)\k<mark>(?<year>\d{4})(?!\d)/,
];

/**
 * Reads a date as tags have it: 2005, 2005-03-21T10:00Z, 20050321, 2005/3/21, 21.03.2005, Mar 2005,
 * ℗2005. Returns day and month only if their order is certain.
 */
export function parseDate(text: string): { year?: string; month?: string; day?: string } {
  // Full-width digits count, too.
  const plain = text.normalize("NFKC");
  for (const date of DATES) {
    const { year = "", month = "", day = "" } = date.exec(plain)?.groups ?? {};
    // Date.UTC turns an impossible day into one of the next month.
    const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    if (!YEAR.test(year) || isDay.getUTCMonth() + 1 !== Number(month)) continue;
    return { year, month: month.padStart(2, "0"), day: day.padStart(2, "0") };
  }
  // A year and a month, or an impossible date, without separators.
  const found =
    YEAR.exec(plain)?.[0] ?? /^\s*(\d{4})(?:0[1-9]|1[0-2])(?:\d\d)?(?!\d)/.exec(plain)?.[1];
  return found && YEAR.test(found) ? { year: found } : {};
}

/** Returns a picture's MIME type by its first bytes, or undefined for formats that players don't show. */
export function imageType(bytes: Uint8Array): "image/jpeg" | "image/png" | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return "image/jpeg";
  if (bytes[0] === 0x89 && bytes[1] === 0x50 && bytes[2] === 0x4e && bytes[3] === 0x47) {
    return "image/png";
  }
  return undefined;
}

function toMilliseconds(seconds: number): number {
  return Math.min(0xfffffffe, Math.max(0, Math.round(seconds * 1000)));
}

function textFrame(id: string, text: string): Buffer {
  const clean = shortenText(text.replaceAll("\0", " "), TEXT_LIMITS);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for ASCII
  const isAscii = /^[\x00-\x7f]*$/.test(clean);
  return frame(
    id,
    isAscii
      ? [Buffer.from([0]), Buffer.from(clean, "latin1")]
      : [Buffer.from([1, 0xff, 0xfe]), Buffer.from(clean, "utf16le")],
  );
}

function frame(id: string, parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(10);
  header.write(id, "latin1");
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}
