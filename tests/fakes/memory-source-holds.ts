import type { SourceHolds } from "../../functions/storage/source-holds.ts";

type SourceUser = Parameters<SourceHolds["hold"]>[0];

/** Records the calls. The real holds are decided in S3. */
export function createMemorySourceHolds({ isSourceThere = true } = {}) {
  const calls: string[] = [];
  const note = (call: string) => async (job: SourceUser) => {
    calls.push(`${call} ${job.owner}/${job.sourceOf?.jobId ?? job.jobId}`);
  };
  const hold = async (job: SourceUser) => {
    await note("hold")(job);
    return isSourceThere;
  };
  const release = note("release");
  return { calls, hold, release, releaseGone: note("release gone"), discard: note("discard") };
}
