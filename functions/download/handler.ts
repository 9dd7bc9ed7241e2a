import { create as formatContentDisposition } from "content-disposition";
import { DownloadQuery, type DownloadResponse } from "../../contract/api.ts";
import { dropExtension } from "../../contract/format.ts";
import type { JobId, OwnerId } from "../../contract/job.ts";
import { toDisplayText } from "../../contract/text.ts";
import { outcomes as english } from "../../contract/texts/en.ts";
import { describeFailure } from "../../contract/texts/outcomes.ts";
import { jobNotFound, Refusal } from "../runtime/errors.ts";
import { createHttpHandler, type HttpRequest, parseInput, type Routes } from "../runtime/http.ts";
import { annotateJob, logger } from "../runtime/observability.ts";
import type { ReadRevocations } from "../runtime/revocations.ts";
import { authenticate, type Tokens } from "../runtime/tokens.ts";
import type { FeedStore } from "../storage/feeds.ts";
import { expireResult, type Job, resultKey } from "../storage/job.ts";
import type { JobStore } from "../storage/job-store.ts";
import { createFeedRoutes } from "./feed.ts";
import type { PresignResult } from "./result-presigner.ts";

/**
 * The URL is signed with the role's credentials and expires with them, so it can't be valid for
 * longer.
 */
const URL_SECONDS = 60 * 60;

interface Deps {
  jobs: JobStore;
  tokens: Tokens;
  feeds: FeedStore;
  readRevocations: ReadRevocations;
  presignResult: PresignResult;
  resultRetentionDays: number;
  /** The address of the routes, without a slash at the end. */
  apiUrl: string;
  pageUrl: string;
}

/**
 * GET /download redirects to the MP3, for a session or for the link token of an email. The podcast
 * feed's episodes do so for the feed's secret.
 */
export const createHandler = (deps: Deps) => {
  const { jobs, tokens, presignResult, resultRetentionDays, pageUrl } = deps;

  async function presignDownload(owner: OwnerId, jobId: JobId) {
    const job = await jobs.get(owner, jobId);
    if (!job) throw jobNotFound();
    const { sizeBytes } = requireResult(job, resultRetentionDays);
    const fileName = nameMp3(job);
    const url = await presignResult({
      key: resultKey(owner, jobId),
      contentDisposition: formatContentDisposition(fileName),
      expiresInSeconds: URL_SECONDS,
    });
    annotateJob(jobId);
    return { url, fileName, sizeBytes };
  }

  const routes: Routes = {
    ...createFeedRoutes({ ...deps, presignDownload }),

    "GET /download": async (request) => {
      const { owner, jobId } = await authorize(tokens, request);
      const { url, fileName, sizeBytes } = await presignDownload(owner, jobId);
      logger.info("download handed out", { jobId });
      if (!request.headers.accept?.includes("application/json")) {
        return { status: 302, headers: { location: url } };
      }
      const body: DownloadResponse = {
        url,
        fileName,
        sizeBytes,
        expiresAt: new Date(Date.now() + URL_SECONDS * 1000).toISOString(),
      };
      return { status: 200, body };
    },
  };
  return createHttpHandler(routes, { pageUrl });
};

async function authorize(
  tokens: Tokens,
  request: HttpRequest,
): Promise<{ owner: OwnerId; jobId: JobId }> {
  if (request.query.fid !== undefined) {
    throw new Refusal(
      "invalid",
      "fid-is-gone",
      "Download by the job's id: GET /download?id=ID. POST /upload returns it as jobId, and GET /jobs lists your jobs.",
    );
  }
  const { id, token } = parseInput(DownloadQuery, request.query);
  if (token !== undefined) return tokens.verifyLink(token);
  const { sub } = await authenticate(tokens, request);
  if (id === undefined) throw jobNotFound();
  return { owner: sub, jobId: id };
}

function requireResult(job: Job, retentionDays: number): NonNullable<Job["result"]> {
  if (job.result) {
    if (expireResult(job, retentionDays) > new Date()) return job.result;
    throw new Refusal(
      "not-found",
      "expired",
      `MP3s are kept for ${retentionDays} days, and this one has been deleted. Upload the video again.`,
    );
  }
  if (job.failure) {
    // The codes of failures are apart from those of refusals: "too-large" would be one of each.
    throw new Refusal("conflict", "conversion-failed", describeFailure(job.failure, english));
  }
  throw new Refusal(
    "conflict",
    "not-ready",
    "The MP3 is not ready yet. Try again in a few seconds, or wait for the email.",
  );
}

/** "talk.mp4" → "talk.mp3", or the name that the user gave. */
const nameMp3 = ({ fileName, options }: Job) =>
  `${toDisplayText(options.tags?.fileName ?? dropExtension(toDisplayText(fileName))) || "audio"}.mp3`;
