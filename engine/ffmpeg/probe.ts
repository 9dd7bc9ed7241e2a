import { decodeTexts } from "./decode-tags.ts";
import { inputArguments, type MediaInput } from "./demuxers.ts";
import { type ProcessEnd, startFfmpeg } from "./process.ts";

export interface AudioStream {
  /** ffmpeg's stream index. */
  index: number;
  codec: string;
  sampleRate: number;
  /** The average bit rate, if the container or the first frames state it. */
  bitrateKbps: number | undefined;
  /** ffmpeg's name of the channel layout: "mono", "stereo", "5.1(side)", "3 channels". */
  layout: string;
  /** ffmpeg's name of the decoder's sample format: "s16", "fltp". */
  sampleFormat: string;
  isDefault: boolean;
  /** The track's own length, if the container states it. */
  durationSeconds: number | undefined;
  tags: Record<string, string>;
}

export interface Chapter {
  startSeconds: number;
  endSeconds: number;
  title: string;
}

export interface Probe {
  audio: AudioStream[];
  /** ffmpeg's names of the container, e.g. "matroska,webm". */
  container: string;
  /** The stream of an attached picture: the front cover, or else the first. */
  coverIndex: number | undefined;
  hasVideo: boolean;
  /** When the earliest stream begins. ffmpeg shifts all timestamps so that this becomes 0. */
  beginsAtSeconds: number;
  /** The container's length, which is the longest track's. Undefined if it states none. */
  durationSeconds: number | undefined;
  /** Whether the duration was only estimated, from the file's size and the bit rate of its first frames. */
  isDurationEstimated: boolean;
  tags: Record<string, string>;
  chapters: Chapter[];
}

export type ProbeResult =
  | { kind: "media"; probe: Probe; end: ProcessEnd }
  | { kind: "unreadable"; end: ProcessEnd };

/** Hostile files have tags of a megabyte. This leaves room for several of those and the others. */
const MOST_METADATA_CHARACTERS = 4 * 1024 * 1024;

/**
 * Lets ffmpeg find what a source contains. It reads the first bytes and, for some containers, a few at
 * the end.
 */
export async function probeMedia(
  ffmpegPath: string,
  input: MediaInput,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const ffmpeg = startFfmpeg(
    ffmpegPath,
    [...inputArguments(input), "-f", "ffmetadata", "pipe:1"],
    ["ignore", "pipe", "pipe"],
    signal,
  );
  let metadata = "";
  // One character for each byte. The encoding is known only once all tags are.
  ffmpeg.child.stdout?.setEncoding("latin1").on("data", (text: string) => {
    if (metadata.length < MOST_METADATA_CHARACTERS) metadata += text;
  });
  let log = "";
  ffmpeg.child.stderr?.on("data", (text: string) => {
    if (log.length < 1 << 20) log += text;
  });
  const end = await ffmpeg.ended;
  signal.throwIfAborted();
  const streams = parseStreams(log);
  if (!/^Input #0, /m.test(log)) return { kind: "unreadable", end };
  const { tags, chapters } = parseFfmetadata(metadata);
  const titles = chapters.map(({ title }) => title);
  const texts = await decodeTexts([...titles, ...Object.values(tags)], streams.container);
  return {
    kind: "media",
    probe: {
      ...streams,
      tags: Object.fromEntries(
        Object.keys(tags).map((name, at) => [name, texts[titles.length + at] ?? ""]),
      ),
      chapters: chapters.map((chapter, at) => ({ ...chapter, title: texts[at] ?? "" })),
    },
    end,
  };
}

/**
 * Reads the list of streams in ffmpeg's banner. Its lines start with exactly two spaces. Lines of tags
 * start with four or more, even after a line break within a tag, so no tag can be taken for a stream.
 */
export function parseStreams(log: string): Omit<Probe, "tags" | "chapters"> {
  const audio: AudioStream[] = [];
  let coverIndex: number | undefined;
  let frontIndex: number | undefined;
  let hasVideo = false;
  const input = log.slice(Math.max(0, log.search(/^Input #0, /m)));
  for (const [whole, number, kind, description = "", details = ""] of input.matchAll(
    /^ {2}Stream #0:(\d+)\S*: (\w+): (.*)\n((?: {4}.*\n)*)/gm,
  )) {
    const index = Number(number);
    if (kind === "Video") {
      if (description.includes("(attached pic)")) {
        // ID3 and FLAC name what a picture shows.
        if (/^ {6}comment *: Cover \(front\)$/m.test(details)) frontIndex ??= index;
        coverIndex ??= index;
      } else hasVideo = true;
    }
    if (kind !== "Audio" || !whole) continue;
    const rate = /, (\d+) Hz, ([^,]+)(?:, (\w+))?/.exec(description);
    const tags: Record<string, string> = {};
    for (const [, key = "", value = ""] of details.matchAll(/^ {6}(\S+) *: (.*)$/gm)) {
      tags[key.toLowerCase()] ??= value;
    }
    audio.push({
      index,
      codec: /^\w+/.exec(description)?.[0] ?? "none",
      sampleRate: Number(rate?.[1] ?? 0),
      bitrateKbps: Number(/, (\d+) kb\/s/.exec(description)?.[1] ?? Number.NaN) || undefined,
      layout: rate?.[2]?.trim() ?? "",
      sampleFormat: rate?.[3] ?? "",
      isDefault: /\(default\)/.test(description),
      durationSeconds: parseClock(tags.duration ?? ""),
      tags,
    });
  }
  return {
    container: /^Input #0, (\S+), from/m.exec(input)?.[1] ?? "",
    audio,
    coverIndex: frontIndex ?? coverIndex,
    hasVideo,
    isDurationEstimated: /Estimating duration from bitrate/.test(log),
    beginsAtSeconds: Number(/^ {2}Duration: [^,]+, start: (-?[\d.]+)/m.exec(input)?.[1] ?? 0),
    durationSeconds: parseClock(/^ {2}Duration: ([\d:.]+)/m.exec(input)?.[1] ?? ""),
  };
}

function parseClock(text: string): number | undefined {
  const parts = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text);
  return parts ? Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3]) : undefined;
}

/** Reads ffmpeg's metadata format. https://ffmpeg.org/ffmpeg-formats.html#Metadata-2 */
export function parseFfmetadata(text: string): Pick<Probe, "tags" | "chapters"> {
  const tags: Record<string, string> = {};
  const chapters: Chapter[] = [];
  let section = "";
  let chapter: Record<string, string> = {};
  const endChapter = () => {
    if (section !== "CHAPTER") return;
    const [numerator = 1, denominator = 1] = (chapter.TIMEBASE ?? "1/1000000000")
      .split("/")
      .map(Number);
    const scale = numerator / denominator;
    const startSeconds = Number(chapter.START) * scale;
    const endSeconds = Number(chapter.END) * scale;
    if (Number.isFinite(startSeconds) && endSeconds > startSeconds) {
      chapters.push({ startSeconds, endSeconds, title: chapter.title ?? "" });
    }
  };
  // A backslash before a line break continues the value on the next line.
  for (const line of text.match(/(?:\\[\s\S]|[^\\\n])+/g) ?? []) {
    if (line.startsWith(";")) continue;
    const head = /^\[(\w+)\]$/.exec(line);
    if (head) {
      endChapter();
      section = head[1] as string;
      chapter = {};
      continue;
    }
    const pair = /^((?:\\[\s\S]|[^\\=])*)=([\s\S]*)$/.exec(line);
    if (!pair) continue;
    const unquote = (value = "") => value.replace(/\\([\s\S])/g, "$1");
    const key = unquote(pair[1]);
    const value = unquote(pair[2]);
    if (section === "") tags[key.toLowerCase()] = value;
    else if (section === "CHAPTER") chapter[key] = value;
  }
  endChapter();
  return { tags, chapters };
}
