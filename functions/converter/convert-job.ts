import { realpath } from "node:fs/promises";
import { extname } from "node:path";
import { z } from "zod";
import type { Progress } from "../../contract/conversion.ts";
import { dropExtension } from "../../contract/format.ts";
import { JobResult } from "../../contract/job.ts";
import type { ConvertMedia, EngineHooks, Outcome } from "../../engine/types.ts";
import { addMetric, logger } from "../runtime/observability.ts";
import type { Covers } from "../storage/covers.ts";
import { type Job, resultKey, sourceJobIdOf, sourceKey } from "../storage/job.ts";
import { type Claim, ClaimLost, type FinishedState, type JobStore } from "../storage/job-store.ts";
import type { Results } from "../storage/results.ts";
import type { Sources } from "./sources.ts";

/** How often a conversion reports its progress. */
const PROGRESS_INTERVAL_MILLISECONDS = 2000;
/** How much of the function's time is kept for recording the outcome and announcing it. */
const CLOSING_SECONDS = 15;

export interface ConvertJobDeps {
  jobs: JobStore;
  sources: Sources;
  results: Results;
  covers: Pick<Covers, "read">;
  convertMedia: ConvertMedia;
  ffmpegPath: string;
  maxSourceBytes: number;
  /** If a worker dies, others may take over this long after its last heartbeat. */
  leaseSeconds: number;
}

/**
 * Converts a claimed job and records how it ended.
 *
 * @param remainingSeconds how long the function may still run.
 * @param hide keeps the job's message from coming back, as the lease keeps other workers away.
 * @param onConverted is called once the record says that the MP3 is ready.
 * @returns the finished job, or undefined if its owner deleted it meanwhile; and how much audio was encoded.
 * @throws anything that may succeed next time, after releasing the claim.
 */
export async function convertJob(
  deps: ConvertJobDeps,
  claimed: Claim,
  {
    remainingSeconds,
    hide,
    onConverted,
  }: { remainingSeconds: number; hide: () => Promise<void>; onConverted: OnConverted },
): Promise<{ job: Job | undefined; audioSeconds: number }> {
  const startedAt = Date.now();
  const abort = new AbortController();
  const heartbeat = createHeartbeat(deps, claimed, hide, (error) => abort.abort(error));
  const seconds = Math.max(0, remainingSeconds - CLOSING_SECONDS);
  const deadline = setTimeout(() => abort.abort(new DeadlineReached()), seconds * 1000);
  try {
    const { figures, ...outcome } = await produce(deps, claimed.job, seconds, {
      signal: abort.signal,
      onProgress: heartbeat.setProgress,
    });
    const job = await deps.jobs.finish(await heartbeat.stop(), outcome);
    if (figures) onConverted(job, { startedAt, figures });
    return { job, audioSeconds: job.result?.durationSeconds ?? heartbeat.audioSeconds };
  } catch (error) {
    const claim = await heartbeat.stop();
    if (error instanceof ClaimLost || abort.signal.reason instanceof ClaimLost) {
      if (!(await discardIfUnwanted(deps, claimed.job))) throw error;
      return { job: undefined, audioSeconds: heartbeat.audioSeconds };
    }
    if (abort.signal.reason instanceof DeadlineReached) {
      const failed = { state: "failed", failure: { code: "too-long" } } as const;
      return {
        job: await deps.jobs.finish(claim, failed),
        audioSeconds: heartbeat.audioSeconds,
      };
    }
    await deps.jobs.release(claim, error as Error).catch((releaseError: Error) => {
      const { jobId } = claimed.job;
      logger.warn("lease not released", { jobId, error: releaseError });
    });
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

type Figures = Extract<Outcome, { kind: "converted" }>["figures"];

export type OnConverted = (job: Job, run: { startedAt: number; figures: Figures }) => void;

/** The function's time is up. The recording is too long for it, and a retry wouldn't help. */
class DeadlineReached extends Error {
  override readonly name = "DeadlineReached";
}

/** Opens the source, compares it with what was announced, and runs the engine. */
async function produce(
  deps: ConvertJobDeps,
  job: Job,
  remainingSeconds: number,
  hooks: EngineHooks,
): Promise<FinishedState & { figures?: Figures }> {
  const source = await deps.sources.open(sourceKey(job.owner, sourceJobIdOf(job)));
  if (!source && job.sourceOf) return { state: "failed", failure: { code: "source-deleted" } };
  if (!source) throw new Error("The source object is not there.");
  if (source.sizeBytes > Math.min(job.sizeBytes, deps.maxSourceBytes)) {
    return { state: "failed", failure: { code: "too-large" } };
  }
  if (source.sizeBytes < job.sizeBytes) return { state: "failed", failure: { code: "truncated" } };

  // The whole conversion uses one program. Locally the path is a link whose target may change. A
  // bare name is looked up on PATH.
  const ffmpegPath = await realpath(deps.ffmpegPath).catch(() => deps.ffmpegPath);
  const outcome = await deps.convertMedia(
    source,
    deps.results.createSink(resultKey(job.owner, job.jobId)),
    {
      ...job.options,
      ...(job.hasCover && { cover: await deps.covers.read(job) }),
      fallbackTitle: dropExtension(job.fileName),
      fileEnding: extname(job.fileName).slice(1),
      ffmpegPath,
      remainingSeconds,
    },
    hooks,
  );
  if (outcome.kind === "failed") {
    addMetric("PermanentFailures", 1);
    const { cause, ...failure } = outcome;
    if (cause) {
      addMetric("EngineErrors", 1);
      logger.error("the engine failed", { jobId: job.jobId, ffmpegPath, ...failure, error: cause });
    } else {
      logger.info("conversion failed", { jobId: job.jobId, ffmpegPath, ...failure });
    }
    const { code, fileKind } = outcome;
    return { state: "failed", failure: { code, ...(fileKind && { fileKind }) } };
  }
  const { figures, notes } = outcome;
  const result = JobResult.safeParse(outcome);
  if (!result.success) {
    // The MP3 has no length, so there is no audio that anyone could listen to.
    logger.warn("result refused", { jobId: job.jobId, reason: z.prettifyError(result.error) });
    await deps.results.delete(resultKey(job.owner, job.jobId));
    return { state: "failed", failure: { code: "damaged" } };
  }
  const { sizeBytes, durationSeconds } = result.data;
  const about = { jobId: job.jobId, durationSeconds, sizeBytes, ffmpegPath };
  logger.info("converted", { ...about, notes, figures });
  return { state: "completed", result: result.data, figures };
}

/**
 * Deletes an MP3 that belongs to nobody, because its owner deleted the record or the job was given
 * up meanwhile. Leaves another worker's MP3 alone.
 *
 * @returns whether the job is deleted.
 */
async function discardIfUnwanted(deps: ConvertJobDeps, { owner, jobId }: Job): Promise<boolean> {
  const job = await deps.jobs.get(owner, jobId);
  if (job && job.state !== "failed") return false;
  await deps.results.delete(resultKey(owner, jobId));
  logger.info("job deleted or given up while converting", { jobId });
  return job === undefined;
}

/**
 * Writes progress to the record from time to time, which also renews the lease and hides the
 * message.
 */
function createHeartbeat(
  { jobs, leaseSeconds }: Pick<ConvertJobDeps, "jobs" | "leaseSeconds">,
  claimed: Claim,
  hide: () => Promise<void>,
  onLost: (error: ClaimLost) => void,
) {
  let claim = claimed;
  let progress: Progress = { fraction: 0, audioSeconds: 0 };
  let writing: Promise<void> | undefined;
  const timer = setInterval(() => {
    // Nothing waits for a slow write: the next one has newer figures.
    writing ??= Promise.all([write(), hide()]).then(() => {
      writing = undefined;
    });
  }, PROGRESS_INTERVAL_MILLISECONDS);

  async function write(): Promise<void> {
    try {
      claim = await jobs.recordProgress(claim, progress, leaseSeconds);
    } catch (error) {
      if (error instanceof ClaimLost) return onLost(error);
      // The lease lasts through many of these, so the conversion needn't stop for one.
      const { jobId } = claim.job;
      logger.warn("progress not recorded", { jobId, error: error as Error });
    }
  }

  return {
    /** How much audio has been encoded so far. */
    get audioSeconds() {
      return progress.audioSeconds;
    },
    setProgress(next: Progress) {
      progress = next;
    },
    /** @returns the newest version of the claim, when no write is under way. */
    async stop(): Promise<Claim> {
      clearInterval(timer);
      await writing;
      return claim;
    },
  };
}
