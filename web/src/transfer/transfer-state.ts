import type { JobView } from "../../../client/answers.ts";
import type { Sending, UnfinishedUpload } from "../../../client/send.ts";
import type { Soundtrack } from "../soundtrack/messages.ts";
import type { Text } from "../texts/text.ts";
import type { DraftOptions, TransferRecord } from "./records.ts";

/* The words of the state machine in machine.ts: its states, what happens to it, and what it asks for. */

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
  /** The list saves all that have moved at once. */
  | { type: "moved"; place: number }
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

/** What follows from an event, and what has to be done for it. */
export interface Step {
  state: TransferState;
  effects: readonly TransferEffect[];
}

export const step = (state: TransferState, ...effects: TransferEffect[]): Step => ({
  state,
  effects,
});
