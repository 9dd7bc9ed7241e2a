import { type ChapterMark, MAX_PIECES } from "../../contract/conversion.ts";
import { shortenText, toDisplayText } from "../../contract/text.ts";
import type { Box } from "../../parsing/box.ts";
import { findChapterSamples, readChapters } from "../../parsing/chapter-track.ts";
import type { Element } from "../../parsing/element.ts";

/** https://www.rfc-editor.org/rfc/rfc9559#section-5.1.7 */
const CHAPTERS = 0x1043a770;
const EDITION = 0x45b9;
const ATOM = 0xb6;
const START = 0x91;
const DISPLAY = 0x80;
const TITLE = 0x85;
const NANOSECONDS = 1e9;

/** Nero's list counts in units of 100 ns. */
const NERO_TICKS = 1e7;

const TITLE_LIMITS = { maxGraphemes: 100, maxBytes: 100 };

/** Reads the chapters at the start of a Matroska file, where muxers put them. */
export function readMatroskaChapters(segment: Element): ChapterMark[] {
  const atoms = [...(segment.find(CHAPTERS, EDITION)?.children() ?? [])].filter(
    ({ id }) => id === ATOM,
  );
  return toMarks(
    atoms.map((atom) => ({
      startSeconds: (atom.find(START)?.number() ?? 0) / NANOSECONDS,
      text: decodeText(atom.find(DISPLAY, TITLE)?.body),
    })),
  );
}

/** Reads a QuickTime text track's chapters, whose titles are samples between those of the audio. */
export async function readTrackChapters(
  moov: Box,
  read: (startByte: number, endByte: number) => Promise<Uint8Array>,
): Promise<ChapterMark[]> {
  const chapters = await readChapters(findChapterSamples(moov), read);
  return toMarks(chapters.map(({ startSeconds, title }) => ({ startSeconds, text: title })));
}

/**
 * Reads an MP4's list of chapters, as Nero and ffmpeg write it.
 *
 * @returns undefined if there is no list.
 * @throws MalformedBox or RangeError where the list is damaged.
 */
export function readNeroChapters(moov: Box): ChapterMark[] | undefined {
  const list = moov.find("udta", "chpl");
  if (!list) return undefined;
  const { version, fields } = list.fullFields();
  if (version > 0) fields.skip(4);
  const entries = Array.from({ length: fields.u8() }, () => {
    const startSeconds = fields.u64() / NERO_TICKS;
    const length = fields.u8();
    const text = decodeText(fields.rest().subarray(0, length));
    fields.skip(length);
    return { startSeconds, text };
  });
  return toMarks(entries);
}

const decodeText = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

const toMarks = (chapters: readonly { startSeconds: number; text: string }[]): ChapterMark[] =>
  chapters
    .toSorted((a, b) => a.startSeconds - b.startSeconds)
    .slice(0, MAX_PIECES)
    .map(({ startSeconds, text }) => {
      const title = shortenText(toDisplayText(text), TITLE_LIMITS);
      return { startSeconds, ...(title && { title }) };
    });
