import { ALL_FORMATS, CustomSource, Input } from "mediabunny";
import { coalesceReads, type Readable } from "./coalesce-reads.ts";
import { listAudioTrackIds } from "./edit-list.ts";
import { readMatroskaHead } from "./matroska-head.ts";

/** What a file says about one of its audio tracks. */
export interface AudioTrackFacts {
  /** As the option `audioTrack` counts, from 1. */
  number: number;
  /** ISO 639-2, such as "deu"; undefined where the file doesn't say. */
  language: string | undefined;
  name: string | undefined;
  channels: number;
  /** Such as "aac"; undefined where it isn't known here. */
  codec: string | undefined;
}

/**
 * Lists the audio tracks of an MP4, MOV or Matroska file. Empty for all other files, whose tracks
 * can't be numbered here as the converter numbers them. A track that can't be read here is left out.
 * Throws if the file is damaged.
 */
export async function listAudioTracks(source: Readable): Promise<AudioTrackFacts[]> {
  const matroska = await readMatroskaHead(source);
  const ids = matroska?.audioTrackNumbers ?? (await listAudioTrackIds(source));
  if (ids.length === 0) return [];
  using input = new Input({
    formats: ALL_FORMATS,
    source: new CustomSource({ getSize: () => source.sizeBytes, read: coalesceReads(source) }),
  });
  const tracks: AudioTrackFacts[] = [];
  for (const track of await input.getAudioTracks()) {
    const number = ids.indexOf(track.id) + 1;
    if (number === 0) continue;
    const language = await track.getLanguageCode();
    tracks.push({
      number,
      language: language === "und" ? undefined : language,
      name: (await track.getName()) || undefined,
      channels: await track.getNumberOfChannels(),
      codec: (await track.getCodec()) ?? undefined,
    });
  }
  return tracks.sort((a, b) => a.number - b.number);
}
