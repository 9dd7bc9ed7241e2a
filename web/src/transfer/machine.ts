import type { JobView } from "../../../client/answers.ts";
import { isWorthSendingWhole, type Sending, type UnfinishedUpload } from "../../../client/send.ts";
import { type Soundtrack, soundtrackName } from "../soundtrack/messages.ts";
import { describeFailure } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";
import type { DraftOptions, TransferRecord } from "./records.ts";

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

type Phase =
  /** The options can still be changed. */
  | { kind: "draft" }
  /** After a refresh the page no longer has the file, and the user has to choose it again. */
  | { kind: "needs-file" }
  /** The soundtrack is being read. */
  | { kind: "reading" }
  | { kind: "waiting" }
  | ({ kind: "uploading" } & Sending)
  /** The user has paused the uploads. */
  | { kind: "paused" }
  /** Another tab of this browser has it. */
  | { kind: "elsewhere" }
  | { kind: "stopped"; sentence: Text }
  /** From here on the job has the progress. */
  | { kind: "sent" };

type SoundtrackState = { kind: "unread" } | { kind: "reading"; fraction: number } | Soundtrack;

export interface TransferState {
  /** What survives a refresh. */
  record: TransferRecord;
  phase: Phase;
  soundtrack: SoundtrackState;
  hasFile: boolean;
  job: JobView | undefined;
  /** A line about a decision that the page took for the user. */
  note: Text | undefined;
}

export type TransferEvent =
  | { type: "lock-held" }
  | { type: "lock-busy" }
  | { type: "file-attached" }
  | { type: "options-changed"; change: Partial<DraftOptions> }
  | { type: "send" }
  | { type: "again" }
  | { type: "pause" }
  | { type: "resume" }
  | { type: "soundtrack-progress"; fraction: number }
  | { type: "soundtrack-read"; soundtrack: Soundtrack }
  | { type: "stored-soundtrack"; isThere: boolean }
  | { type: "job-opened"; upload: UnfinishedUpload | undefined }
  | { type: "upload-progress"; sending: Sending }
  | { type: "uploaded"; jobId: string }
  | { type: "job-seen"; job: JobView }
  | { type: "job-finished"; job: JobView }
  | { type: "failed"; sentence: Text; isUnreadable: boolean };

export type TransferEffect =
  | { type: "hold" }
  | { type: "save" }
  | { type: "forget" }
  | { type: "read-soundtrack" }
  | { type: "find-stored-soundtrack" }
  | { type: "drop-soundtrack" }
  | { type: "upload"; body: "file" | "soundtrack" }
  | { type: "stop-upload" }
  | { type: "watch"; jobId: string }
  | { type: "discard-job"; jobId: string }
  | { type: "announce"; text: Text }
  | { type: "notify"; job: JobView; text: Text };

export interface Step {
  state: TransferState;
  effects: readonly TransferEffect[];
}

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
      const attached: TransferState = { ...state, hasFile: true, soundtrack: { kind: "unread" } };
      return record.stage === "draft" ? draft(attached) : send(attached);
    }

    case "options-changed": {
      const { change } = event;
      const isOtherTrack = "audioTrack" in change && change.audioTrack !== record.audioTrack;
      const changed: TransferState = {
        ...state,
        record: { ...record, ...change },
        ...(isOtherTrack && { soundtrack: { kind: "unread" } }),
      };
      const needsSoundtrack = changed.soundtrack.kind === "unread" && changed.hasFile;
      return needsSoundtrack && !changed.record.sendsWhole
        ? readSoundtrack(changed, { type: "save" })
        : step(changed, { type: "save" });
    }

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

const step = (state: TransferState, ...effects: TransferEffect[]): Step => ({ state, effects });

const setStage = (state: TransferState, stage: TransferRecord["stage"]): TransferState => ({
  ...state,
  record: { ...state.record, stage },
});

/** Begins to read the soundtrack, so that it is ready by the time the user has decided. */
function draft(state: TransferState, ...effects: TransferEffect[]): Step {
  const drafted: TransferState = { ...state, phase: { kind: "draft" } };
  return state.record.sendsWhole || state.soundtrack.kind !== "unread"
    ? step(drafted, ...effects)
    : readSoundtrack(drafted, ...effects);
}

const readSoundtrack = (state: TransferState, ...effects: TransferEffect[]): Step =>
  step({ ...state, soundtrack: { kind: "reading", fraction: 0 } }, ...effects, {
    type: "read-soundtrack",
  });

/**
 * Continues after a refresh, or after another tab has released the file, as far as that is possible
 * without the file.
 */
function continueRecord(state: TransferState): Step {
  const { record, hasFile, phase } = state;
  if (record.stage === "sending" && record.soundtrack && record.job) return send(state);
  if (phase.kind !== "elsewhere") return step(state);
  return hasFile ? draft(state) : step({ ...state, phase: { kind: "needs-file" } });
}

function send(state: TransferState): Step {
  if (state.record.soundtrack === undefined) return chooseBody(state, { type: "save" });
  const waiting: TransferState = { ...state, phase: { kind: "waiting" } };
  return step(waiting, { type: "save" }, { type: "find-stored-soundtrack" });
}

/** Chooses what is sent: the soundtrack if there is one, or else the file. */
function chooseBody(state: TransferState, ...effects: TransferEffect[]): Step {
  const { record, soundtrack, hasFile } = state;
  if (!hasFile) return step({ ...state, phase: { kind: "needs-file" } }, ...effects);
  // A job that started with the whole file continues with it.
  if (record.sendsWhole || record.job) return upload(state, "file", ...effects);
  switch (soundtrack.kind) {
    case "unread":
      return readSoundtrack({ ...state, phase: { kind: "reading" } }, ...effects);
    case "reading":
      return step({ ...state, phase: { kind: "reading" } }, ...effects);
    case "extracted": {
      const { sizeBytes, contentType, chapters } = soundtrack;
      const stored = { storeName: soundtrackName(record.id), sizeBytes, contentType };
      const chosen = {
        ...state,
        record: { ...record, soundtrack: stored, chapters: [...chapters] },
      };
      return upload(chosen, "soundtrack", ...effects);
    }
    default:
      return upload(state, "file", ...effects);
  }
}

const upload = (
  state: TransferState,
  body: "file" | "soundtrack",
  ...effects: TransferEffect[]
): Step =>
  step(
    { ...state, phase: { kind: "waiting" } },
    ...effects,
    { type: "save" },
    { type: "upload", body },
  );

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
