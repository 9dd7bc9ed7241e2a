import type { ChapterMark } from "../../contract/conversion.ts";
import { type Box, ifWellFormed, openBox, parseBoxHeader } from "../../parsing/box.ts";
import { listEdits, readClock, readHandler, readTrackHeader } from "../../parsing/movie-boxes.ts";
import { readNeroChapters, readTrackChapters } from "./chapters.ts";
import type { Readable } from "./coalesce-reads.ts";

/** A media header this large belongs to a recording of days. The whole file is sent then. */
const MAX_MOOV_BYTES = 256 * 1024 * 1024;
const TOLERANCE_SECONDS = 0.04;

/**
 * Returns whether each track of an MP4 or MOV plays one run of its media up to the media's end.
 * mediabunny reads where the first edit begins, but neither a second edit nor an edit that ends
 * early, which phones write when a video is trimmed. Files of other formats are simple.
 */
export async function hasSimpleEdits(source: Readable): Promise<boolean> {
  const moov = await readMoov(source);
  if (moov === "none") return true;
  return moov !== "too-large" && (ifWellFormed(() => areEditsSimple(moov)) ?? false);
}

/** Lists the ids of an MP4's audio tracks, in the file's order. Lists none for other files. */
export async function listAudioTrackIds(source: Readable): Promise<number[]> {
  const moov = await readMoov(source);
  if (typeof moov === "string") return [];
  const listIds = () =>
    listTracks(moov)
      .filter((trak) => readHandler(trak)?.type === "soun")
      .map((trak) => readTrackHeader(trak).trackId);
  return ifWellFormed(listIds) ?? [];
}

/**
 * Lists an MP4's chapters: those of its list or else of its text track, as the converter does. None for
 * other files, nor where these are damaged.
 */
export async function listMp4Chapters(source: Readable): Promise<ChapterMark[]> {
  const moov = await readMoov(source);
  if (typeof moov === "string") return [];
  const listed = ifWellFormed(() => readNeroChapters(moov));
  if (listed?.length) return listed;
  const read = async (startByte: number, endByte: number) =>
    source.read(Math.min(startByte, source.sizeBytes), Math.min(endByte, source.sizeBytes));
  return readTrackChapters(moov, read);
}

async function readMoov(source: Readable): Promise<Box | "none" | "too-large"> {
  for (let start = 0; start + 8 <= source.sizeBytes; ) {
    const box = parseBoxHeader(await source.read(start, Math.min(source.sizeBytes, start + 16)));
    if (!box || !/^[\x20-\x7e\xa9]{4}$/.test(box.type)) return "none";
    const sizeBytes = box.sizeBytes === 0 ? source.sizeBytes - start : box.sizeBytes;
    if (sizeBytes < box.headerBytes) return "none";
    if (box.type === "moov") {
      if (sizeBytes > MAX_MOOV_BYTES) return "too-large";
      // A header of 16 bytes has 8 for the size after those of any other.
      const headBytes = box.headerBytes - 8;
      return openBox(await source.read(start + headBytes, start + sizeBytes), "moov");
    }
    start += sizeBytes;
  }
  return "none";
}

const listTracks = (moov: Box): Box[] => moov.children().filter(({ type }) => type === "trak");

function areEditsSimple(moov: Box): boolean {
  const mvhd = moov.find("mvhd");
  if (!mvhd) return false;
  const movie = readClock(mvhd);
  return listTracks(moov).every((trak) => {
    const elst = trak.find("edts", "elst");
    const mdhd = trak.find("mdia", "mdhd");
    if (!elst || !mdhd) return true;
    const media = readClock(mdhd);
    const runs = [...listEdits(elst)].filter(({ mediaTime }) => mediaTime !== -1);
    const [run] = runs;
    if (run === undefined) return true;
    const playedSeconds = run.ticks / movie.timescale;
    const mediaSeconds = (media.ticks - run.mediaTime) / media.timescale;
    // Zero means "until the end"; fragmented files write it.
    const playsToEnd = run.ticks === 0 || playedSeconds > mediaSeconds - TOLERANCE_SECONDS;
    return runs.length === 1 && run.rate === 1 && playsToEnd;
  });
}
