import type { TranscodeJob } from "./transcode-job.ts";

/**
 * Chains the filters that lead from the audio track to what is encoded. Where the format changes on the
 * way, those of `uniform` hold and count nothing: they give one rate and two channels to the others.
 */
export function chainFilters(job: TranscodeJob): { uniform: string | undefined; counted: string } {
  const hold = holdFilters(job);
  const [trim, level] = [trimFilters(job), levelFilters(job)];
  if (!job.input.formatChanges) {
    const counted = [...hold, ...trim, ...mixFilters(job), ...level];
    return { uniform: undefined, counted: counted.join(",") };
  }
  const { sourceRate: sampleRate, mixFilter } = job;
  const uniform = [...hold, ...mixFilters({ sampleRate, channels: 2, mixFilter })];
  const counted = [...trim, ...mixFilters({ ...job, mixFilter: undefined }), ...level];
  return { uniform: uniform.join(","), counted: counted.join(",") };
}

/** Holds floating-point samples between −1 and 1 where that is wanted. */
function holdFilters({ clampedAtDb }: TranscodeJob): string[] {
  if (clampedAtDb === undefined) return [];
  // The encoder aborts on NaN. 32-bit integers can hold only numbers up to full scale.
  return [`volume=${clampedAtDb.toFixed(2)}dB:precision=float`, "aformat=sample_fmts=s32"];
}

/** Trims to the sample. */
function trimFilters(job: TranscodeJob): string[] {
  const filters: string[] = [];
  if (job.trackSeconds !== undefined) {
    filters.push(`atrim=end_sample=${Math.round(job.trackSeconds * job.sourceRate)}`);
  }
  if (job.startSeconds > 0 || job.endSeconds !== undefined) {
    const end = job.endSeconds === undefined ? "" : `:end=${job.endSeconds.toFixed(9)}`;
    filters.push(`atrim=start=${job.startSeconds.toFixed(9)}${end}`);
  }
  return filters;
}

/** Mixes and resamples. */
function mixFilters({
  sampleRate,
  channels,
  mixFilter,
}: Pick<TranscodeJob, "sampleRate" | "channels" | "mixFilter">) {
  return [
    ...(mixFilter === undefined ? [] : [mixFilter]),
    // The matrix is scaled so that a full-scale source can't clip when channels are added up.
    `aresample=${sampleRate}:rematrix_maxval=1`,
    `aformat=sample_fmts=flt|fltp:sample_rates=${sampleRate}:channel_layouts=${channels === 1 ? "mono" : "stereo"}`,
  ];
}

/** Counts the samples from 0, drops unwanted ones, and changes their level. */
function levelFilters({ heard, gainDb }: TranscodeJob): string[] {
  const filters = ["asetpts=N"];
  if (heard) {
    const { startSeconds, endSeconds } = heard;
    filters.push(
      `atrim=start=${startSeconds.toFixed(9)}:end=${endSeconds.toFixed(9)}`,
      "asetpts=N",
    );
  }
  if (gainDb !== 0) filters.push(`volume=${gainDb.toFixed(2)}dB:precision=float`);
  return filters;
}
