import { isDeepStrictEqual } from "node:util";
import { AgainRequest, type AgainResponse } from "../../contract/api.ts";
import { JobId, type OwnerId } from "../../contract/job.ts";
import { createJobId, readJobIdTime } from "../../contract/job-id.ts";
import { jobNotFound, Refusal } from "../runtime/errors.ts";
import { parseBody, type Routes } from "../runtime/http.ts";
import { annotateJob, logger } from "../runtime/observability.ts";
import { authenticate, type Tokens } from "../runtime/tokens.ts";
import type { Covers } from "../storage/covers.ts";
import {
  DAY_MILLISECONDS,
  type Job,
  sourceCreatedAt,
  sourceJobIdOf,
  sourceKey,
} from "../storage/job.ts";
import { JobIdTaken, type JobStore } from "../storage/job-store.ts";
import { announceSource } from "../storage/messages.ts";
import type { SourceHolds } from "../storage/source-holds.ts";
import { reserveJob, type UsageLimits, type UsageStore } from "../storage/usage.ts";

export interface AgainDeps {
  jobs: JobStore;
  tokens: Tokens;
  covers: Covers;
  holds: Pick<SourceHolds, "hold" | "release">;
  usage: UsageStore;
  limits: UsageLimits;
  /** Puts a job into the video queue, as S3 does when a source has arrived. */
  announce: (message: ReturnType<typeof announceSource>, delaySeconds?: number) => Promise<void>;
}

/**
 * POST /jobs/{jobId}/again creates another job for a source that is still kept. Nothing is uploaded, so
 * no bytes are counted. Every other limit applies as for an upload. docs/adr/0143
 */
export const createAgainRoutes = (deps: AgainDeps): Routes => ({
  "POST /jobs/{jobId}/again": async (request) => {
    const { sub, email } = await authenticate(deps.tokens, request);
    const id = JobId.safeParse(request.pathParameters.jobId);
    const again = parseBody(AgainRequest, request);
    if (again.jobId) requireRecent(again.jobId);
    const earlier = id.data && (await deps.jobs.get(sub, id.data));
    const job = await findOrCreate(deps, sub, earlier || undefined, { email, ...again });
    const { jobId } = job;
    annotateJob(jobId);
    logger.info("job created again", { jobId, sourceJobId: sourceJobIdOf(job) });
    try {
      await deps.announce(describeMessage(job));
    } catch (error) {
      logger.warn("job announced late", { jobId, error: error as Error });
    }
    const body: AgainResponse = { jobId };
    return { status: 201, body };
  },
});

/** Finds the job that an earlier request with the same id made, whose answer was lost, or creates it. */
async function findOrCreate(
  deps: AgainDeps,
  owner: OwnerId,
  earlier: Job | undefined,
  again: { email: string } & AgainRequest,
): Promise<Job> {
  const made = again.jobId && (await deps.jobs.get(owner, again.jobId));
  if (made) return requireSame(made, earlier, again);
  if (!earlier) throw jobNotFound();
  return createFrom(deps, earlier, again);
}

/** An id from another time would put its job in the wrong place of the list. */
const LONGEST_AGE_MILLISECONDS = 7 * DAY_MILLISECONDS;

function requireRecent(jobId: JobId): void {
  if (Math.abs(readJobIdTime(jobId) - Date.now()) < LONGEST_AGE_MILLISECONDS) return;
  const message = "must be made now; the clock of the device may be wrong";
  throw new Refusal("invalid", "invalid-request", `jobId: ${message}.`, {
    faults: [{ path: "jobId", message }],
  });
}

/**
 * @param earlier the job that the request names; undefined if it was deleted since.
 * @throws Refusal if another request made the job.
 */
function requireSame(
  made: Job,
  earlier: Job | undefined,
  { options }: Pick<AgainRequest, "options">,
): Job {
  const isSameSource = !earlier || sourceJobIdOf(made) === sourceJobIdOf(earlier);
  if (made.sourceOf && isSameSource && isDeepStrictEqual(made.options, options)) return made;
  throw new Refusal(
    "conflict",
    "id-taken",
    "You have another job with this id. Make a new id for a new job.",
  );
}

/**
 * When a job is announced for the second time, in case the first time fails. By then most jobs have
 * ended, and so has this function.
 */
const SECOND_ANNOUNCEMENT_SECONDS = 900;

const describeMessage = ({ owner, jobId }: Pick<Job, "owner" | "jobId">) =>
  announceSource(sourceKey(owner, jobId), { reopen: false, uploadedAt: undefined });

async function createFrom(
  { jobs, covers, holds, usage, limits, announce }: AgainDeps,
  earlier: Job,
  { email, jobId = createJobId(), options, cover }: { email: string } & AgainRequest,
): Promise<Job> {
  const { owner, fileName, contentType, sizeBytes } = earlier;
  const picture = cover ? Buffer.from(cover, "base64") : await readCover(covers, earlier);
  const now = new Date().toISOString();
  const job: Job = {
    ...{ owner, fileName, contentType, sizeBytes, options },
    ...(picture && { hasCover: true }),
    jobId,
    ownerEmail: email,
    sourceOf: { jobId: sourceJobIdOf(earlier), createdAt: sourceCreatedAt(earlier) },
    state: "awaiting-upload",
    createdAt: now,
    updatedAt: now,
  };
  const getJob = (id: JobId) => jobs.get(owner, id);
  await reserveJob({ usage, getJob }, { ...job, sizeBytes: 0 }, limits);
  // This comes first. Whatever fails or dies afterwards, the converter either ends the job or, if it was
  // never written, releases its source.
  await announce(describeMessage(job), SECOND_ANNOUNCEMENT_SECONDS);
  if (!(await holds.hold(job))) {
    throw new Refusal(
      "conflict",
      "source-gone",
      "This job's video hasn't arrived, or is no longer kept. Send it again as a new job.",
    );
  }
  try {
    // The cover comes before the record, which says that it exists.
    if (picture) await covers.put(job, picture);
    await jobs.create(job);
  } catch (error) {
    const made = error instanceof JobIdTaken ? await jobs.get(owner, jobId) : undefined;
    // If it converts the same source, the hold is its own.
    if (!made || sourceJobIdOf(made) !== sourceJobIdOf(job)) await holds.release(job);
    if (made) return requireSame(made, earlier, { options });
    throw error;
  }
  return job;
}

const readCover = async (covers: Covers, job: Job) => (job.hasCover ? covers.read(job) : undefined);
