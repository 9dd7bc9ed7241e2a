import type { ChapterMark } from "../../contract/conversion.ts";
import { TITLE_LIMITS } from "../../contract/job.ts";
import { shortenText } from "../../contract/text.ts";
import { makeCover, readAttachedPicture } from "../ffmpeg/cover.ts";
import type { Chapter } from "../ffmpeg/probe.ts";
import { buildId3, type Id3Tags, parseDate } from "../mp3/id3.ts";
import type { EngineNote, EngineOptions } from "../types.ts";
import type { OpenAudio } from "./opened-audio.ts";

/** ffmpeg's names for a recording's date in containers. The first one with a year counts. */
const DATE_NAMES =
  "date year date_released date_recorded tyer tdrc wm/year originaldate tory".split(" ");

interface Tag {
  title: string;
  id3: Buffer;
  chapters: Id3Tags["chapters"];
  note: EngineNote | undefined;
}

/**
 * Makes the MP3's tag: title, names, date, cover and chapters. What the user chose replaces what the
 * source has.
 */
export async function makeTag(
  { container, server, probe, stream }: OpenAudio,
  durationSeconds: number,
  options: EngineOptions,
  signal: AbortSignal,
): Promise<Tag> {
  // Ogg has its tags in the stream.
  const probed = probe.container === "ogg" ? { ...probe.tags, ...stream.tags } : probe.tags;
  const own = await container.readTags(probe, signal);
  const tags = { ...own.texts, ...probed };
  const given = options.tags ?? {};
  const { coverIndex } = probe;
  const readOwnPicture = async () =>
    coverIndex === undefined
      ? own.cover
      : await readAttachedPicture(options.ffmpegPath, server.url, coverIndex, signal);
  const picture: Uint8Array | undefined = options.cover ?? (await readOwnPicture());
  const cover = picture && (await makeCover(options.ffmpegPath, picture, signal));
  const hasPicture = picture !== undefined || coverIndex !== undefined;
  const chapters = probe.chapters.length > 0 ? probe.chapters : (own.chapters ?? []);
  // Chapters that the client sent are on the recording's time line, whatever file it sent.
  const beginsAtSeconds = chapters.length > 0 ? probe.beginsAtSeconds : 0;
  const all = chapters.length > 0 ? chapters : closeChapters(options.chapters ?? []);
  const startSeconds = options.startSeconds ?? 0;
  // The title is shortened here, because the record, the page and the email show it.
  const title = shortenText(
    given.title?.trim() || tags.title?.trim() || options.fallbackTitle,
    TITLE_LIMITS,
  );
  const kept = cutChapters(all, beginsAtSeconds, startSeconds, durationSeconds);
  const id3 = buildId3({
    title,
    artist: given.artist ?? tags.artist,
    album: given.album ?? tags.album,
    date: DATE_NAMES.map((name) => tags[name]).find((date) => parseDate(date ?? "").year),
    cover,
    track: given.track,
    chapters: kept,
  });
  const isLost = hasPicture && !cover;
  return {
    title,
    id3,
    chapters: kept,
    note: isLost ? { code: "no-cover", detail: `of ${picture?.length ?? 0} bytes` } : undefined,
  };
}

/** Lets each chapter last until the next one begins. */
const closeChapters = (marks: readonly ChapterMark[]): Chapter[] =>
  marks.map(({ startSeconds, title = "" }, at) => ({
    startSeconds,
    title,
    endSeconds: marks[at + 1]?.startSeconds ?? Infinity,
  }));

/** Returns the chapters within the selection, on the MP3's time line. */
function cutChapters(
  chapters: readonly Chapter[],
  beginsAtSeconds: number,
  startSeconds: number,
  lengthSeconds: number,
) {
  // ffmpeg shifts them by the priming, which has been cut off.
  const from = startSeconds + Math.max(0, -beginsAtSeconds);
  return chapters.flatMap(({ title, ...times }) => {
    const start = Math.max(0, times.startSeconds - from);
    const end = Math.min(lengthSeconds, times.endSeconds - from);
    return end > start ? [{ title, startSeconds: start, endSeconds: end }] : [];
  });
}
