import { type Box, ifWellFormed } from "./box.ts";
import { readClock, readHandler, readTrackHeader } from "./movie-boxes.ts";
import { listChunks } from "./sample-chunks.ts";

interface Chapter {
  startSeconds: number;
  endSeconds: number;
  title: string;
}

/** Where a chapter's title is in the file, and when the chapter begins and ends. */
export interface ChapterSample {
  startByte: number;
  endByte: number;
  startSeconds: number;
  endSeconds: number;
}

/** An MP3's table of contents has at most this many entries. */
const MOST_CHAPTERS = 255;

/** Longer titles are cut. */
const LONGEST_TITLE_BYTES = 1024;

/**
 * Finds the samples of the text track with the chapters. Another track refers to it (`tref` with
 * `chap`; QuickTime File Format, 2012, p. 62). Returns none if there is no such track or its tables
 * contradict each other.
 */
export const findChapterSamples = (moov: Box): ChapterSample[] =>
  ifWellFormed(() => {
    const traks = moov.children().filter(({ type }) => type === "trak");
    const named = new Set(traks.flatMap(listChapterTrackIds));
    // There may be a second chapter track with pictures.
    const track = traks.find(
      (trak) => named.has(readTrackHeader(trak).trackId) && isTextTrack(trak),
    );
    return track && listSamples(track);
  }) ?? [];

function listChapterTrackIds(trak: Box): number[] {
  const fields = trak.find("tref", "chap")?.fields();
  const count = Math.min(8, Math.floor((fields?.left ?? 0) / 4));
  return Array.from({ length: count }, () => fields?.u32() ?? 0);
}

const isTextTrack = (trak: Box): boolean =>
  ["text", "sbtl"].includes(readHandler(trak)?.type ?? "");

function listSamples(trak: Box): ChapterSample[] {
  const mdhd = trak.find("mdia", "mdhd");
  const table = trak.find("mdia", "minf", "stbl");
  const stts = table?.find("stts");
  const sizes = table?.find("stsz")?.fullFields().fields;
  if (!mdhd || !table || !stts || !sizes) return [];
  const { timescale } = readClock(mdhd);
  if (timescale === 0) return [];
  const durations = listDurations(stts);
  const uniformSize = sizes.u32();
  const count = Math.min(durations.length, sizes.u32());
  const samples: ChapterSample[] = [];
  let ticks = 0;
  for (const chunk of listChunks(table)) {
    if (samples.length >= count) break;
    let { startByte } = chunk;
    for (let index = 0; index < chunk.samples && samples.length < count; index++) {
      const size = uniformSize || sizes.u32();
      const end = ticks + (durations[samples.length] as number);
      samples.push({
        startByte,
        endByte: startByte + size,
        startSeconds: ticks / timescale,
        endSeconds: end / timescale,
      });
      startByte += size;
      ticks = end;
    }
  }
  return samples;
}

/** Lists the length of each of the first samples. */
function listDurations(stts: Box): number[] {
  const durations: number[] = [];
  const { fields } = stts.fullFields();
  fields.skip(4);
  while (fields.left >= 8) {
    const count = Math.min(fields.u32(), MOST_CHAPTERS - durations.length);
    durations.push(...Array<number>(count).fill(fields.u32()));
  }
  return durations;
}

/** How many titles are requested at once. They are far apart in the file. */
const REQUESTS_IN_FLIGHT = 8;

/**
 * Reads the chapters' titles, each by a small request.
 *
 * @param read returns the bytes from `startByte` up to `endByte`
 */
export async function readChapters(
  samples: readonly ChapterSample[],
  read: (startByte: number, endByte: number) => Promise<Uint8Array>,
): Promise<Chapter[]> {
  const chapters: Chapter[] = [];
  for (let first = 0; first < samples.length; first += REQUESTS_IN_FLIGHT) {
    const batch = samples.slice(first, first + REQUESTS_IN_FLIGHT).map(async (sample) => {
      const end = Math.min(sample.endByte, sample.startByte + 2 + LONGEST_TITLE_BYTES);
      const { startSeconds, endSeconds } = sample;
      return { startSeconds, endSeconds, title: decodeTitle(await read(sample.startByte, end)) };
    });
    chapters.push(...(await Promise.all(batch)));
  }
  return chapters.filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds);
}

/** Decodes a title: two bytes of length, then UTF-8, or a byte order mark and UTF-16. */
function decodeTitle(sample: Uint8Array): string {
  if (sample.length < 2) return "";
  const text = sample.subarray(2, 2 + readU16(sample));
  const mark = text.length >= 2 ? readU16(text) : 0;
  const encoding = mark === 0xfeff ? "utf-16be" : mark === 0xfffe ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(text).trim();
}

const readU16 = ([high = 0, low = 0]: Uint8Array): number => high * 0x100 + low;
