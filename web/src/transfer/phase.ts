import type { Sending } from "../../../client/send.ts";
import type { Soundtrack } from "../soundtrack/soundtrack.ts";

/** Where a file is on its way. */
export type Phase =
  /** Its options can still be changed. */
  | { kind: "draft" }
  /** A refresh took the file away; the user has to choose it again. */
  | { kind: "needs-file" }
  /** The soundtrack is being read. */
  | { kind: "reading" }
  | { kind: "waiting" }
  | ({ kind: "uploading" } & Sending)
  /** Another tab of this browser has it. */
  | { kind: "elsewhere" }
  | { kind: "stopped"; sentence: string }
  /** The rest is told by the job. */
  | { kind: "sent" };

export type SoundtrackState =
  | { kind: "unread" }
  | { kind: "reading"; fraction: number }
  | Soundtrack;
