import { soundtrackName } from "../soundtrack/messages.ts";
import { type Step, step, type TransferEffect, type TransferState } from "./transfer-state.ts";

/* How the state machine comes from a draft to an upload: of the soundtrack if there is one, else of the file. */

/** Begins to read the soundtrack, so that it is ready by the time the user has decided. */
export function draft(state: TransferState, ...effects: TransferEffect[]): Step {
  const drafted: TransferState = { ...state, phase: { kind: "draft" } };
  return state.record.sendsWhole || state.soundtrack.kind !== "unread"
    ? step(drafted, ...effects)
    : readSoundtrack(drafted, ...effects);
}

export const readSoundtrack = (state: TransferState, ...effects: TransferEffect[]): Step =>
  step({ ...state, soundtrack: { kind: "reading", fraction: 0 } }, ...effects, {
    type: "read-soundtrack",
  });

export function send(state: TransferState): Step {
  if (state.record.soundtrack === undefined) return chooseBody(state, { type: "save" });
  const waiting: TransferState = { ...state, phase: { kind: "waiting" } };
  return step(waiting, { type: "save" }, { type: "find-stored-soundtrack" });
}

/** Chooses what is sent: the soundtrack if there is one, or else the file. */
export function chooseBody(state: TransferState, ...effects: TransferEffect[]): Step {
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

export const upload = (
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
