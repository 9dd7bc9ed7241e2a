import type { TransferState } from "./transfer-state.ts";

export interface Overall {
  /** Files that were sent from here, not counting drafts. */
  count: number;
  doneCount: number;
  /** From 0 to 1, of everything that was sent off; sending and converting count half each. */
  fraction: number;
  /** About how long sending will still take; undefined while nothing moves. */
  secondsLeft: number | undefined;
  isPaused: boolean;
  /** Whether something waits to be sent or is being sent. */
  isSending: boolean;
}

type Part = Pick<TransferState, "phase" | "job" | "record">;

/** Sums up the progress of all files. */
export function sumUpProgress(transfers: readonly Part[]): Overall {
  const parts = transfers.filter(({ phase }) => !["draft", "elsewhere"].includes(phase.kind));
  let fractions = 0;
  let leftBytes = 0;
  let bytesPerSecond = 0;
  for (const { phase, job, record } of parts) {
    fractions += measureOne(phase, job);
    if (phase.kind === "uploading") {
      leftBytes += phase.totalBytes - phase.sentBytes;
      bytesPerSecond += phase.speed.bytesPerSecond;
    } else if (phase.kind === "waiting") {
      leftBytes += record.soundtrack?.sizeBytes ?? record.sizeBytes;
    }
  }
  return {
    count: parts.length,
    doneCount: parts.filter(({ job }) => isOver(job)).length,
    fraction: parts.length === 0 ? 0 : fractions / parts.length,
    secondsLeft: bytesPerSecond > 0 ? leftBytes / bytesPerSecond : undefined,
    isPaused: parts.some(({ phase }) => phase.kind === "paused"),
    isSending: parts.some(({ phase }) => ["waiting", "uploading"].includes(phase.kind)),
  };
}

const isOver = (job: Part["job"]) => job?.state === "completed" || job?.state === "failed";

function measureOne(phase: Part["phase"], job: Part["job"]): number {
  if (isOver(job)) return 1;
  if (phase.kind === "uploading") return phase.sentBytes / phase.totalBytes / 2;
  return phase.kind === "sent" ? 0.5 + (job?.progress?.fraction ?? 0) / 2 : 0;
}
