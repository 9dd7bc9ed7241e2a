import { estimateSelection } from "./estimate.ts";
import type { TransferRecord } from "./records.ts";
import type { TransferState } from "./transfer-state.ts";

type Draft = Pick<TransferState, "record" | "soundtrack"> & {
  recordingSeconds: number | undefined;
};

interface BatchSummary {
  /** Of the chosen files. */
  totalBytes: number;
  /** About how large the MP3s will be, as far as the recordings' lengths are known. */
  mp3Bytes: number;
  /** How much will be sent. Only right once no soundtrack is being read. */
  sentBytes: number;
  isReading: boolean;
  /** The quality that all files have; undefined if they differ. */
  quality: TransferRecord["quality"] | undefined;
}

/** Sums up the files that wait to be sent. */
export function sumUp(drafts: readonly Draft[]): BatchSummary {
  const summary: BatchSummary = {
    totalBytes: 0,
    mp3Bytes: 0,
    sentBytes: 0,
    isReading: false,
    quality: drafts[0]?.record.quality,
  };
  for (const { record, soundtrack, recordingSeconds } of drafts) {
    const isExtracted = soundtrack.kind === "extracted" && !record.sendsWhole;
    summary.totalBytes += record.sizeBytes;
    summary.mp3Bytes += estimateSelection(record, recordingSeconds) ?? 0;
    if (record.again === undefined) {
      summary.sentBytes += isExtracted ? soundtrack.sizeBytes : record.sizeBytes;
    }
    summary.isReading ||= soundtrack.kind === "reading" && !record.sendsWhole;
    if (record.quality !== summary.quality) summary.quality = undefined;
  }
  return summary;
}
