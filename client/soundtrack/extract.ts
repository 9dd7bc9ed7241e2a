import {
  ADTS,
  ALL_FORMATS,
  type AudioCodec,
  CustomSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  FLAC,
  Input,
  type InputAudioTrack,
  type InputFormat,
  type MetadataTags,
  MkvOutputFormat,
  MovOutputFormat,
  MP3,
  Mp4OutputFormat,
  OGG,
  Output,
  StreamTarget,
  type StreamTargetChunk,
  WAVE,
} from "mediabunny";
import type { ChapterMark } from "../../contract/conversion.ts";
import { coalesceReads, type Readable } from "./coalesce-reads.ts";
import { hasSimpleEdits, listAudioTrackIds, listMp4Chapters } from "./edit-list.ts";
import { endsWhole } from "./ends-whole.ts";
import { readMatroskaHead } from "./matroska-head.ts";
import { DELAY_PLACEHOLDER, patchMatroskaHead } from "./matroska-patch.ts";

/** Why the whole file is sent: the soundtrack is most of it, is missing, or can't be copied. */
export type Unavailable = "no-gain" | "no-sound" | "not-readable" | "not-exact";

export type Extraction =
  | {
      kind: "extracted";
      contentType: string;
      durationSeconds: number;
      /** The video's chapters, which its soundtrack lacks. */
      chapters: readonly ChapterMark[];
    }
  | { kind: "unavailable"; reason: Unavailable };

/** A piece of the soundtrack's file. */
export interface Chunk {
  position: number;
  data: Uint8Array<ArrayBuffer>;
}

export interface ExtractionHooks {
  /** Takes a piece of the soundtrack's file. A later piece may belong before an earlier one. */
  write: (chunk: Chunk) => void | Promise<void>;
  onFraction: (fraction: number) => void;
}

const SOUND_FORMATS: readonly InputFormat[] = [ADTS, FLAC, MP3, OGG, WAVE];

/** A soundtrack that is more than this share of the file saves too little. */
const MAX_SHARE = 0.8;

/** The set-up, tags and cover of a Matroska file come before this. */
const HEAD_BYTES = 8 * 1024 * 1024;

/** Thrown to stop copying when it turns out not to be worthwhile. */
class NoGain extends Error {}

/**
 * Copies the packets of one audio track, with their times and the file's tags and cover,
 * into the container that {@link chooseContainer} returns. Nothing is decoded. Reads pieces of a
 * few MiB and keeps only the sample table. Throws if the file is damaged.
 *
 * @param audioTrack its number, from 1; by default it is the track that the converter would choose.
 */
export async function extractSoundtrack(
  source: Readable,
  hooks: ExtractionHooks,
  audioTrack?: number,
): Promise<Extraction> {
  using input = new Input({
    formats: ALL_FORMATS,
    source: new CustomSource({
      getSize: () => source.sizeBytes,
      read: coalesceReads(source),
      // The window below is the cache. A large cache here would cost a third more time.
      maxCacheSize: 64 * 1024,
    }),
  });
  if (!(await input.canRead())) return { kind: "unavailable", reason: "not-readable" };
  if (SOUND_FORMATS.includes(await input.getFormat())) {
    return { kind: "unavailable", reason: "no-gain" };
  }
  const matroska = await readMatroskaHead(source);
  const track =
    audioTrack === undefined
      ? await findDefaultTrack(input)
      : await findTrack(
          input,
          matroska?.audioTrackNumbers ?? (await listAudioTrackIds(source)),
          audioTrack,
        );
  if (track === undefined) return { kind: "unavailable", reason: "no-sound" };
  const codec = await track.getCodec();
  const decoderConfig = await track.getDecoderConfig();
  if (codec === null || decoderConfig === null) {
    return { kind: "unavailable", reason: "not-readable" };
  }
  if (audioTrack === undefined && (await mayBePair(input, track)))
    return { kind: "unavailable", reason: "not-exact" };
  if (!(await hasSimpleEdits(source)) || !(await endsWhole(source)))
    return { kind: "unavailable", reason: "not-exact" };

  const chapters = matroska?.chapters ?? (await listMp4Chapters(source));

  const delaySeconds = matroska?.codecDelaySeconds.get(track.id) ?? 0;
  const { format, contentType } = chooseContainer(codec, matroska !== undefined);
  const write = ({ position, data }: StreamTargetChunk) => {
    if (position + data.byteLength > source.sizeBytes * MAX_SHARE) throw new NoGain();
    if (matroska && position < HEAD_BYTES) patchMatroskaHead(data, delaySeconds);
    return hooks.write({ position, data });
  };
  const output = new Output({
    format,
    target: new StreamTarget(new WritableStream({ write }), { chunked: true, chunkSize: 2 ** 20 }),
  });
  try {
    const packets = new EncodedAudioPacketSource(codec);
    output.addAudioTrack(packets, {
      languageCode: await track.getLanguageCode(),
      ...(delaySeconds > 0 && { name: DELAY_PLACEHOLDER }),
    });
    const title = matroska?.title;
    const tags = keepDateAsWritten(await input.getMetadataTags());
    output.setMetadataTags({ ...(title && { title }), ...tags });
    await output.start();
    const durationSeconds = await track.getDurationFromMetadata();
    let endSeconds = 0;
    let reported = 0;
    let meta: { decoderConfig: AudioDecoderConfig } | undefined = { decoderConfig };
    for await (const packet of new EncodedPacketSink(track).packets()) {
      await packets.add(packet, meta);
      meta = undefined;
      endSeconds = Math.max(endSeconds, packet.timestamp + packet.duration);
      const fraction = durationSeconds ? packet.timestamp / durationSeconds : 0;
      if (fraction > reported + 0.005) {
        reported = fraction;
        hooks.onFraction(Math.min(1, fraction));
      }
    }
    await output.finalize();
    return { kind: "extracted", contentType, durationSeconds: endSeconds, chapters };
  } catch (error) {
    await output.cancel();
    if (error instanceof NoGain) return { kind: "unavailable", reason: "no-gain" };
    throw error;
  }
}

/** Most files have only a year, which would gain a month and a day if it were read as a date. */
function keepDateAsWritten({ date, ...tags }: MetadataTags): MetadataTags {
  const isWritten = Object.keys(tags.raw ?? {}).some((name) => /day|date/i.test(name));
  return date === undefined || isWritten ? tags : { ...tags, date };
}

/** The converter's rule for the whole file: the first track flagged as default, else the first. */
async function findDefaultTrack(input: Input): Promise<InputAudioTrack | undefined> {
  const tracks = await input.getAudioTracks();
  for (const track of tracks) {
    if ((await track.getDisposition()).default) return track;
  }
  return tracks[0];
}

/**
 * Returns whether a track and another one may be the left and the right channel, which the converter
 * joins. Some videos say so only in a channel layout, which mediabunny doesn't report.
 */
async function mayBePair(input: Input, track: InputAudioTrack): Promise<boolean> {
  const tracks = await input.getAudioTracks();
  const channels = await Promise.all(tracks.map((other) => other.getNumberOfChannels()));
  return (await track.getNumberOfChannels()) === 1 && channels.filter((n) => n === 1).length > 1;
}

/**
 * Finds a track by its number, from 1, in the file's list of ids. Its place in mediabunny's list won't
 * do: mediabunny leaves out tracks that the converter counts.
 */
async function findTrack(input: Input, ids: readonly number[], number: number) {
  const id = ids[number - 1];
  return (await input.getAudioTracks()).find((track) => track.id === id);
}

/**
 * Matroska is copied into Matroska, because of its codec delay. Everything else is copied into MP4,
 * where an edit list keeps the start of the audio and times are exact to the sample.
 */
function chooseContainer(codec: AudioCodec, isMatroska: boolean) {
  if (isMatroska) return { format: new MkvOutputFormat(), contentType: "audio/x-matroska" };
  const mp4 = new Mp4OutputFormat({ fastStart: false });
  return mp4.getSupportedAudioCodecs().includes(codec)
    ? { format: mp4, contentType: "audio/mp4" }
    : { format: new MovOutputFormat({ fastStart: false }), contentType: "video/quicktime" };
}
