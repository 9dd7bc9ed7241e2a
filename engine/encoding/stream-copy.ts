import type { Readable } from "node:stream";
import type { ContainerHeader } from "../containers/container-header.ts";
import { readDiscardSeconds } from "../containers/matroska/track.ts";
import type { Movie } from "../containers/mp4/movie.ts";
import { inputArguments } from "../ffmpeg/demuxers.ts";
import type { Probe } from "../ffmpeg/probe.ts";
import { type ProcessEnd, startFfmpeg } from "../ffmpeg/process.ts";
import { type FrameHeader, FrameSplitter, parseFrameHeader } from "../mp3/frame.ts";
import { DECODER_DELAY_SAMPLES } from "../mp3/xing-header.ts";
import type { RangeReader } from "../reading/range-reader.ts";

/** Samples that an MP3's own header tells to drop at its start and end, as LAME counts them. */
export interface GaplessData {
  delaySamples: number;
  paddingSamples: number;
}

/** Frames lost between frames, as a share, above which a stream is called damaged. */
const MOST_JUNK_SHARE = 0.01;

/**
 * Takes the MP3 frames of a track out of their container as they are. Bytes between frames that
 * belong to no frame are dropped; `damaged` says that there were too many.
 */
export async function copyMp3(
  ffmpegPath: string,
  url: string,
  streamIndex: number,
  onFrames: (frames: readonly Uint8Array[]) => Promise<void>,
  signal: AbortSignal,
): Promise<{ ends: ProcessEnd[]; damaged: boolean }> {
  const process = startFfmpeg(
    ffmpegPath,
    [
      ...["-v", "error", ...inputArguments(url), "-map", `0:${streamIndex}`, "-c", "copy"],
      ...["-map_metadata", "-1", "-map_chapters", "-1", "-id3v2_version", "0"],
      ...["-flush_packets", "0", "-write_xing", "0", "-f", "mp3", "pipe:1"],
    ],
    ["ignore", "pipe", "pipe"],
    signal,
  );
  const splitter = new FrameSplitter({ skipJunk: true });
  let bytes = 0;
  let isFirst = true;
  for await (const chunk of process.child.stdout as Readable) {
    const frames: Uint8Array[] = [];
    bytes += (chunk as Buffer).length;
    splitter.push(chunk as Buffer, (frame, header) => {
      // Our own header stands in for the source's, which some containers keep as a frame.
      if (!(isFirst && findInfoTag(frame, header) !== undefined)) frames.push(frame);
      isFirst = false;
    });
    await onFrames(frames);
  }
  const junk = splitter.junkBytes + splitter.restBytes;
  return { ends: [await process.ended], damaged: junk > bytes * MOST_JUNK_SHARE };
}

/** Offset of the Xing or Info tag in a frame. */
function findInfoTag(frame: Uint8Array, header: FrameHeader): number | undefined {
  const at = 4 + header.sideInfoBytes;
  const name = Buffer.from(frame.subarray(at, at + 4)).toString("latin1");
  return name === "Xing" || name === "Info" ? at : undefined;
}

/** What a copied track's source is known by. */
interface CopiedSource {
  reader: RangeReader;
  movie: Movie;
  header: ContainerHeader | undefined;
  probe: Probe;
  sampleRate: number;
}

/** What the container of a copied track tells of its start and end. */
export async function findGapless(
  { reader, movie, header, probe, sampleRate }: CopiedSource,
  allSamples: number,
  signal: AbortSignal,
): Promise<GaplessData | undefined> {
  if (movie.kind === "indexed" && movie.track.primingSeconds > 0) {
    const delaySamples = Math.round(movie.track.primingSeconds * sampleRate);
    const samples = Math.round((movie.track.durationSeconds ?? 0) * sampleRate);
    return toGaplessData(delaySamples, allSamples - delaySamples - samples);
  }
  if (header?.matroska && header.matroska.delaySeconds > 0) {
    const discardSeconds = await readDiscardSeconds(reader, header.matroska, signal);
    return toGaplessData(
      Math.round(header.matroska.delaySeconds * sampleRate),
      Math.round(discardSeconds * sampleRate),
    );
  }
  return probe.container === "mp3" ? await readGaplessData(reader, signal) : undefined;
}

/** From samples that a decoder's output has too many of: LAME counts without the decoder's delay. */
function toGaplessData(startSamples: number, endSamples: number): GaplessData {
  return {
    delaySamples: startSamples - DECODER_DELAY_SAMPLES,
    paddingSamples: endSamples + DECODER_DELAY_SAMPLES,
  };
}

/** Reads the gapless data of an MP3 file; undefined where it has none or is no plain MP3. */
async function readGaplessData(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<GaplessData | undefined> {
  let head = await reader.readHead(signal);
  if (head.toString("latin1", 0, 3) === "ID3" && head.length >= 10) {
    const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
    const end = 10 + size;
    head =
      end + 1024 < head.length ? head.subarray(end) : await reader.readAll(end, end + 4096, signal);
  }
  const header = parseFrameHeader(head, 0);
  if (!header || head.length < header.sizeBytes) return undefined;
  const at = findInfoTag(head.subarray(0, header.sizeBytes), header);
  if (at === undefined) return undefined;
  const flags = head.readUInt32BE(at + 4);
  const lame =
    at +
    8 +
    (flags & 1 ? 4 : 0) +
    (flags & 2 ? 4 : 0) +
    (flags & 4 ? 100 : 0) +
    (flags & 8 ? 4 : 0);
  if (
    lame + 24 > header.sizeBytes ||
    !/^(LAME|Lav[cf])/.test(head.toString("latin1", lame, lame + 4))
  ) {
    return undefined;
  }
  const both = head.readUIntBE(lame + 21, 3);
  return { delaySamples: both >> 12, paddingSamples: both & 0xfff };
}
