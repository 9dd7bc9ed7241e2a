import type { JobView } from "../../../client/answers.ts";
import type { Quality } from "../../../contract/conversion.ts";
import { restoreDefaults } from "./defaults.ts";
import type { TransferRecord } from "./records.ts";
import { formatTime } from "./selection.ts";

/** Describes a file that was just chosen, with the options that were chosen last. */
export const describeDraft = (
  file: Pick<TransferRecord, "fileName" | "sizeBytes" | "fingerprint" | "createdAtMs">,
): TransferRecord => ({
  ...file,
  ...{ id: createId(), stage: "draft" },
  ...restoreDefaults(),
  ...{ start: "", end: "", sendsWhole: false },
});

/** Describes a job that was sent elsewhere and is only watched here. */
export const describeRunning = (
  job: Pick<JobView, "jobId" | "fileName" | "sizeBytes" | "createdAt" | "options">,
): TransferRecord => ({
  ...describeJob(job),
  ...{ id: job.jobId, createdAtMs: Date.parse(job.createdAt), stage: "sent" },
  job: { jobId: job.jobId },
});

/** Describes a finished job whose source is converted again, starting from the job's options. */
export const describeAgain = (job: JobView): TransferRecord => ({
  ...describeJob(job),
  ...{ id: createId(), createdAtMs: Date.now(), stage: "draft" },
  again: job.jobId,
});

/** Describes a job whose source is already in the service, so that no soundtrack is extracted. */
function describeJob({
  fileName,
  sizeBytes,
  options,
}: Pick<JobView, "fileName" | "sizeBytes" | "options">) {
  const { startSeconds, endSeconds, loudness, trimSilence, acceptIncomplete } = options;
  const { audioTrack, rightTrack, chapters } = options;
  const { track: _track, ...tags } = options.tags ?? {};
  return {
    ...{
      fileName,
      sizeBytes,
      loudness,
      trimSilence,
      acceptIncomplete,
      audioTrack,
      rightTrack,
      chapters,
      tags,
    },
    fingerprint: "",
    quality: options.quality as Quality,
    start: startSeconds ? formatTime(startSeconds) : "",
    end: endSeconds === undefined ? "" : formatTime(endSeconds),
    sendsWhole: true,
  };
}

/** 128 random bits in hex. `crypto.randomUUID` is missing if the page comes over plain http. */
const createId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
