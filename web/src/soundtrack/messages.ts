import type { Unavailable } from "../../../client/soundtrack/extract.ts";
import type { AudioTrackFacts } from "../../../client/soundtrack/list-tracks.ts";
import type { ChapterMark } from "../../../contract/conversion.ts";

/** To the worker: extract `file` into the origin's private file `storeName`. */
interface ExtractCommand {
  kind: "extract";
  file: File;
  storeName: string;
  /** Its number, from 1; undefined for the one that players play. */
  audioTrack: number | undefined;
}

/** To the worker: decode `file` to draw it. */
interface PeaksCommand {
  kind: "peaks";
  file: Blob;
}

/** To the worker: list the audio tracks of `file`. */
interface TracksCommand {
  kind: "tracks";
  file: File;
}

export type WorkerCommand = ExtractCommand | PeaksCommand | TracksCommand;

/** From the worker: any number of "reading", then one of the others. */
export type ExtractReport =
  | { kind: "reading"; fraction: number }
  | {
      kind: "extracted";
      contentType: string;
      sizeBytes: number;
      durationSeconds: number;
      chapters: readonly ChapterMark[];
    }
  | { kind: "unavailable"; reason: Unavailable }
  /** The file is damaged, or the browser has no room or no private files. */
  | { kind: "failed"; message: string };

/** From the worker: any number of "peaks", then one of the others. */
export type PeaksReport =
  | { kind: "peaks"; peaks: Float32Array<ArrayBuffer>; durationSeconds: number }
  | { kind: "complete" }
  | { kind: "failed"; message: string };

/** From the worker, once. */
export type TracksReport =
  | { kind: "tracks"; tracks: readonly AudioTrackFacts[] }
  | { kind: "failed"; message: string };

/** How reading a soundtrack ended. */
export type Soundtrack = Exclude<ExtractReport, { kind: "reading" }>;

/** The name of the stored soundtrack that belongs to a transfer. */
export const soundtrackName = (transferId: string) => `${transferId}.soundtrack`;
