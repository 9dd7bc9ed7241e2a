import type { Chapter } from "../../ffmpeg/probe.ts";
import type { RangeReader } from "../../reading/range-reader.ts";
import { type Box, findBox, ifWellFormed, listBoxes } from "./box.ts";
import { listChunks } from "./chunks.ts";
import { readTrackId } from "./fragment.ts";

/** A chapter's place in the file, where its title is, and on the time line. */
export interface ChapterSample {
  startByte: number;
  endByte: number;
  startSeconds: number;
  endSeconds: number;
}

/** An MP3's table of contents has no more entries. */
const MOST_CHAPTERS = 255;

/** A title's length takes two bytes, and the rest of a longer title is left out. */
const LONGEST_TITLE_BYTES = 1024;

/**
 * The samples of the text track that a track names as its chapters (`tref` with `chap`; QuickTime
 * File Format, 2012, p. 62). Returns none if there is no such track or its tables contradict each
 * other.
 */
export const findChapterSamples = (moov: Buffer): ChapterSample[] =>
  ifWellFormed(() => {
    const traks = listBoxes(moov, 8, moov.length).filter(({ type }) => type === "trak");
    const named = new Set(traks.flatMap((trak) => listChapterTrackIds(moov, trak)));
    // A second one may have pictures.
    const track = traks.find(
      (trak) => named.has(readTrackId(moov, trak)) && isTextTrack(moov, trak),
    );
    return track && listSamples(moov, track);
  }) ?? [];

function listChapterTrackIds(moov: Buffer, trak: Box): number[] {
  const chap = findBox(moov, trak, "tref", "chap");
  if (!chap) return [];
  const count = Math.min(8, Math.floor((chap.end - chap.bodyStart) / 4));
  return Array.from({ length: count }, (_, index) => moov.readUInt32BE(chap.bodyStart + index * 4));
}

function isTextTrack(moov: Buffer, trak: Box): boolean {
  const handler = findBox(moov, trak, "mdia", "hdlr");
  const type = handler && moov.toString("latin1", handler.bodyStart + 8, handler.bodyStart + 12);
  return type === "text" || type === "sbtl";
}

function listSamples(moov: Buffer, trak: Box): ChapterSample[] {
  const mdhd = findBox(moov, trak, "mdia", "mdhd");
  const stts = findBox(moov, trak, "mdia", "minf", "stbl", "stts");
  const stsz = findBox(moov, trak, "mdia", "minf", "stbl", "stsz");
  if (!mdhd || !stts || !stsz) return [];
  const timescale = moov.readUInt32BE(mdhd.bodyStart + (moov[mdhd.bodyStart] === 1 ? 20 : 12));
  if (timescale === 0) return [];
  const durations = listDurations(moov, stts);
  const uniformSize = moov.readUInt32BE(stsz.bodyStart + 4);
  const count = Math.min(durations.length, moov.readUInt32BE(stsz.bodyStart + 8));
  const samples: ChapterSample[] = [];
  let ticks = 0;
  for (const chunk of listChunks(moov, trak)) {
    if (samples.length >= count) break;
    let { startByte } = chunk;
    for (let index = 0; index < chunk.samples && samples.length < count; index++) {
      const size = uniformSize || moov.readUInt32BE(stsz.bodyStart + 12 + samples.length * 4);
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

/** Of the first samples, one by one. */
function listDurations(moov: Buffer, stts: Box): number[] {
  const durations: number[] = [];
  for (let at = stts.bodyStart + 8; at + 8 <= stts.end; at += 8) {
    const count = Math.min(moov.readUInt32BE(at), MOST_CHAPTERS - durations.length);
    durations.push(...Array<number>(count).fill(moov.readUInt32BE(at + 4)));
  }
  return durations;
}

/** Requests in flight, because the titles of a video are far from each other. */
const REQUESTS_IN_FLIGHT = 8;

/** Reads the titles, each by a small request of its own. */
export async function readChapters(
  reader: RangeReader,
  samples: readonly ChapterSample[],
  signal: AbortSignal,
): Promise<Chapter[]> {
  const chapters: Chapter[] = [];
  for (let first = 0; first < samples.length; first += REQUESTS_IN_FLIGHT) {
    const batch = samples.slice(first, first + REQUESTS_IN_FLIGHT).map(async (sample) => {
      const end = Math.min(sample.endByte, sample.startByte + 2 + LONGEST_TITLE_BYTES);
      const bytes = await reader.readAll(sample.startByte, end, signal);
      const { startSeconds, endSeconds } = sample;
      return { startSeconds, endSeconds, title: decodeTitle(bytes) };
    });
    chapters.push(...(await Promise.all(batch)));
  }
  return chapters.filter(({ startSeconds, endSeconds }) => endSeconds > startSeconds);
}

/** Two bytes of length, then UTF-8, or UTF-16 after a byte order mark. */
function decodeTitle(sample: Buffer): string {
  if (sample.length < 2) return "";
  const text = sample.subarray(2, 2 + sample.readUInt16BE(0));
  const mark = text.length >= 2 ? text.readUInt16BE(0) : 0;
  const encoding = mark === 0xfeff ? "utf-16be" : mark === 0xfffe ? "utf-16le" : "utf-8";
  return new TextDecoder(encoding).decode(text).trim();
}
