import type { Quality } from "../../contract/conversion.ts";
import type { TransferRecord } from "../../web/src/transfer/records.ts";

/** A video of 1 MB that was chosen and not sent yet. */
export const makeTransferRecord = (quality: Quality): TransferRecord => ({
  id: "one",
  fingerprint: "f",
  fileName: "talk.mp4",
  sizeBytes: 1_000_000,
  createdAtMs: 0,
  stage: "draft",
  quality,
  start: "",
  end: "",
  sendsWhole: false,
});
