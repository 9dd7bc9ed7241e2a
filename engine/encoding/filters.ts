import type { TranscodeJob } from "./transcode-job.ts";

/**
 * Chains the filters between the audio track and the encoder. If the format changes in the middle, the
 * `uniform` filters come first. They keep and count nothing, and pass on one rate and two channels. Gaps
 * can be measured only if the format doesn't change.
 */
export function chainFilters(
  job: TranscodeJob,
  { measuresGaps }: { measuresGaps: boolean },
): { uniform: string | undefined; counted: string } {
  const hold = holdFilters(job);
  const [trim, level] = [trimFilters(job), levelFilters(job)];
  if (!job.input.formatChanges) {
    const times = measuresGaps ? gapFilters(job) : [];
    const counted = [...hold, ...trim, ...times, ...mixFilters(job), ...level];
    return { uniform: undefined, counted: counted.join(",") };
  }
  const { sourceRate: sampleRate, mixFilter } = job;
  const uniform = [...hold, ...mixFilters({ sampleRate, channels: 2, mixFilter })];
  const counted = [...trim, ...mixFilters({ ...job, mixFilter: undefined }), ...level];
  return { uniform: uniform.join(","), counted: counted.join(",") };
}

/** Clamps floating-point samples to −1 and 1, if that is needed. */
function holdFilters({ clampedAtDb }: TranscodeJob): string[] {
  if (clampedAtDb === undefined) return [];
  // The encoder aborts on NaN. 32-bit integers can hold only numbers up to full scale.
  return [`volume=${clampedAtDb.toFixed(2)}dB:precision=float`, "aformat=sample_fmts=s32"];
}

/** Trims the audio, exact to the sample. */
function trimFilters(job: TranscodeJob): string[] {
  const filters: string[] = [];
  if (job.trackSeconds !== undefined) {
    // Cut by time, because a damaged packet may have several frames, or none.
    filters.push(`atrim=end_pts=${Math.round(job.trackSeconds * job.sourceRate)}`);
  }
  if (job.startSeconds > 0 || job.endSeconds !== undefined) {
    const end = job.endSeconds === undefined ? "" : `:end=${job.endSeconds.toFixed(9)}`;
    filters.push(`atrim=start=${job.startSeconds.toFixed(9)}${end}`);
  }
  return filters;
}

/** Smaller gaps between packets don't count: recorders round times, and browsers let them jitter. */
export const LEAST_GAP_SECONDS = 0.05;

/**
 * An encoder's first packet has no audio yet. Some encoders have two such packets. If nothing else
 * comes before a gap, the recording begins late.
 */
export const LEAST_BEFORE_GAP = { frames: 2, seconds: 0.05 };

/**
 * Sends the first frame, and every frame after a gap, to the graph's output "gaps". Its timestamp is the
 * length of all gaps up to there.
 */
function gapFilters({ startsWithAudio }: TranscodeJob): string[] {
  // st and ld keep numbers: 0 is the sum, 1 is where the furthest frame ended, 2 counts the frames before.
  const { frames, seconds } = LEAST_BEFORE_GAP;
  const isAfterStart = startsWithAudio ? "gt(N,0)" : `gte(ld(2),${frames})*gt(N,SR*${seconds})`;
  const gap = `${isAfterStart}*gt(PTS-ld(1),SR*${LEAST_GAP_SECONDS})`;
  const end = "if(gt(N,0),max(ld(1),PTS+NB_SAMPLES),PTS+NB_SAMPLES)";
  const sum = `st(0,ld(0)+if(${gap},PTS-ld(1),0));st(1,${end});st(2,ld(2)+1);ld(0)`;
  const isNew = "if(eq(n,0)+gt(pts,ld(0)),1+0*st(0,pts),0)";
  return [`asplit=2[heard][timed];[timed]asetpts='${sum}',aselect='${isNew}'[gaps];[heard]anull`];
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

/** Counts the samples from 0, drops those outside the selection, and changes their level. */
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
