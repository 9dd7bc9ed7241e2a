import type { JobView } from "../../../client/answers.ts";
import { isWorthSendingWhole } from "../../../client/send.ts";
import { describeFailure } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";
import { chooseBody, draft, readSoundtrack, send, upload } from "./choose-body.ts";
import type { TransferRecord } from "./records.ts";
import { type Step, step, type TransferEvent, type TransferState } from "./transfer-state.ts";

/*
 * The state machine of one file on its way from the disk to its MP3, without a browser:
 *
 *   draft ─send─▶ (reading ▶) waiting ▶ uploading ▶ sent ─▶ the job's own states
 *     ▲              │            │         │          │
 *     └── again ─────┴─ stopped ◀─┴─────────┤          └─ failed ─ again ─▶ draft
 *                           paused ◀─ pause ─┘  (resume leads back to waiting)
 *
 * `reduce` says what follows from an event and what has to be done for it. transfer.ts does that.
 */

/** A file that was just chosen, or a record that a refresh left. */
export function open(record: TransferRecord, hasFile: boolean): Step {
  const state: TransferState = {
    record,
    hasFile,
    phase: { kind: "needs-file" },
    soundtrack: { kind: "unread" },
    job: undefined,
    note: undefined,
  };
  if (record.stage === "sent" && record.job) {
    const effects = [{ type: "watch", jobId: record.job.jobId } as const];
    return { state: { ...state, phase: { kind: "sent" } }, effects };
  }
  if (!hasFile) return step(state, { type: "hold" });
  return draft(state, { type: "hold" }, { type: "save" });
}

export function reduce(state: TransferState, event: TransferEvent): Step {
  const { record, phase } = state;
  switch (event.type) {
    case "lock-held":
      return continueRecord(state);

    case "lock-busy":
      return step({ ...state, phase: { kind: "elsewhere" } });

    case "file-attached": {
      // What was sent, or is another tab's, doesn't wait for it.
      if (phase.kind !== "needs-file") return step({ ...state, hasFile: true });
      const attached: TransferState = { ...state, hasFile: true, soundtrack: { kind: "unread" } };
      return record.stage === "draft" ? draft(attached) : send(attached);
    }

    case "options-changed": {
      const { change } = event;
      const changedRecord = { ...record, ...change };
      const isOtherTrack =
        changedRecord.audioTrack !== record.audioTrack ||
        changedRecord.rightTrack !== record.rightTrack;
      const changed: TransferState = {
        ...state,
        record: changedRecord,
        ...(isOtherTrack && { soundtrack: { kind: "unread" } }),
      };
      const needsSoundtrack = changed.soundtrack.kind === "unread" && changed.hasFile;
      return needsSoundtrack && !changed.record.sendsWhole
        ? readSoundtrack(changed, { type: "save" })
        : step(changed, { type: "save" });
    }

    case "moved":
      return step({ ...state, record: { ...record, place: event.place } });

    case "send":
      return phase.kind === "draft" ? send(setStage(state, "sending")) : step(state);

    case "again": {
      if (state.job?.state !== "failed") return send(setStage(state, "sending"));
      // Other options may succeed.
      const again = { ...setStage(state, "draft"), job: undefined, note: undefined };
      const reset = { ...again, record: { ...again.record, job: undefined } };
      if (state.hasFile) return draft(reset, { type: "hold" }, { type: "save" });
      return step({ ...reset, phase: { kind: "needs-file" } }, { type: "hold" }, { type: "save" });
    }

    case "pause":
      return ["reading", "waiting", "uploading"].includes(phase.kind)
        ? step({ ...state, phase: { kind: "paused" } }, { type: "stop-upload" })
        : step(state);

    case "resume":
      return phase.kind === "paused" ? send(state) : step(state);

    case "soundtrack-progress":
      return step({ ...state, soundtrack: { kind: "reading", fraction: event.fraction } });

    case "soundtrack-read": {
      const read = { ...state, soundtrack: event.soundtrack };
      return phase.kind === "reading" ? chooseBody(read) : step(read);
    }

    case "stored-soundtrack": {
      if (event.isThere) return upload(state, "soundtrack");
      // A second copy could differ in a byte, and parts of two copies don't make one file.
      const lost = { ...record, soundtrack: undefined, job: undefined };
      return chooseBody({ ...state, record: lost });
    }

    case "job-opened":
      return step({ ...state, record: { ...record, job: event.upload } }, { type: "save" });

    case "upload-progress":
      // A last report may come after the upload was paused.
      return phase.kind === "paused"
        ? step(state)
        : step({ ...state, phase: { kind: "uploading", ...event.sending } });

    case "uploaded": {
      const sent = setStage({ ...state, phase: { kind: "sent" } }, "sent");
      const text: Text = ({ sending }) => sending.sent(record.fileName);
      return step(
        sent,
        { type: "save" },
        { type: "announce", text },
        { type: "watch", jobId: event.jobId },
      );
    }

    case "job-seen":
      return step({ ...state, job: event.job });

    case "job-finished":
      return finish(state, event.job);

    case "failed": {
      const { sentence, isUnreadable } = event;
      const hasFile = state.hasFile && !isUnreadable;
      const text: Text = (texts) => texts.sending.stopped(record.fileName, sentence(texts));
      const stopped = { ...state, hasFile, phase: { kind: "stopped", sentence } as const };
      return step(stopped, { type: "announce", text });
    }
  }
}

const setStage = (state: TransferState, stage: TransferRecord["stage"]): TransferState => ({
  ...state,
  record: { ...state.record, stage },
});

/**
 * Continues after a refresh, or after another tab has released the file, as far as that is possible
 * without the file.
 */
function continueRecord(state: TransferState): Step {
  const { record, hasFile, phase } = state;
  const needsNoFile = record.soundtrack !== undefined || record.again !== undefined;
  if (record.stage === "sending" && needsNoFile && record.job) return send(state);
  if (phase.kind !== "elsewhere") return step(state);
  return hasFile ? draft(state) : step({ ...state, phase: { kind: "needs-file" } });
}

function finish(state: TransferState, job: JobView): Step {
  const { record, hasFile } = state;
  const isOnlySoundtrack = record.soundtrack !== undefined;
  if (isOnlySoundtrack && hasFile && isWorthSendingWhole(job.failure?.code)) {
    const whole: TransferState = {
      ...state,
      job: undefined,
      note: ({ converting }) => converting.sendsWholeInstead,
      record: {
        ...record,
        stage: "sending",
        sendsWhole: true,
        job: undefined,
        soundtrack: undefined,
      },
    };
    const drop = { type: "drop-soundtrack" } as const;
    return chooseBody(whole, { type: "discard-job", jobId: job.jobId }, drop);
  }
  const text: Text = (texts) =>
    job.state === "completed"
      ? texts.converting.ready(record.fileName)
      : texts.converting.failed(record.fileName, describeFailure(job.failure)(texts));
  return step(
    { ...state, job, record: { ...record, soundtrack: undefined } },
    { type: "forget" },
    { type: "drop-soundtrack" },
    { type: "announce", text },
    { type: "notify", job, text },
  );
}
