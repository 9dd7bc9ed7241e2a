import type { Unavailable } from "../../../client/soundtrack/extract.ts";

/** To the worker: extract `file` into the origin's private file `storeName`. */
interface ExtractCommand {
  kind: "extract";
  file: File;
  storeName: string;
}

/** To the worker: decode `file` to draw it. */
interface PeaksCommand {
  kind: "peaks";
  file: Blob;
}

export type WorkerCommand = ExtractCommand | PeaksCommand;

/** From the worker: any number of "reading", then one of the others. */
export type ExtractReport =
  | { kind: "reading"; fraction: number }
  | { kind: "extracted"; contentType: string; sizeBytes: number; durationSeconds: number }
  | { kind: "unavailable"; reason: Unavailable }
  /** The file is damaged, or the browser has no room or no private files. */
  | { kind: "failed"; message: string };

/** From the worker: any number of "peaks", then one of the others. */
export type PeaksReport =
  | { kind: "peaks"; peaks: Float32Array<ArrayBuffer>; durationSeconds: number }
  | { kind: "complete" }
  | { kind: "failed"; message: string };

/** How reading a soundtrack ended. */
export type Soundtrack = Exclude<ExtractReport, { kind: "reading" }>;

/** The name of the stored soundtrack that belongs to a transfer. */
export const soundtrackName = (transferId: string) => `${transferId}.soundtrack`;
