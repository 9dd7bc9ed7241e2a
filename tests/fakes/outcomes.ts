import type { Outcome } from "../../engine/types.ts";

/** The engine's outcome for a minute of audio. */
export const CONVERTED: Outcome = {
  kind: "converted",
  sizeBytes: 4000,
  durationSeconds: 60,
  title: "Talk",
  figures: {
    bytesRead: 1000,
    requests: 1,
    wallSeconds: 1,
    firstFrameSeconds: 0.1,
    lastFrameSeconds: 0.9,
    sourceWaitSeconds: 0,
    plan: "sequential",
    readErrors: 0,
    missingSeconds: 0,
    peakGainDb: 0,
  },
};
