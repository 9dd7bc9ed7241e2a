import { z } from "zod";
import { Problem } from "../../contract/api.ts";
import { JobId } from "../../contract/job.ts";

export const json = (schema: z.ZodType) => ({ "application/json": { schema } });
export const answer = (description: string, schema: z.ZodType) => ({
  description,
  content: json(schema),
});
export const refusal = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Problem } },
});

export const page = (description: string) => ({
  description,
  content: { "text/html": { schema: z.string() } },
});

/** Adds the page that a browser gets instead of a problem document. */
export const withPages = (responses: Record<number, ReturnType<typeof refusal>>) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, { description, content }]) => [
      status,
      { description, content: { ...content, ...page(description).content } },
    ]),
  );

export const UNAUTHORIZED = { 401: refusal("Not signed in, or the session has ended") };
export const INVALID = { 400: refusal("The request is invalid; `errors` names the fields") };
export const NO_SUCH_JOB = { 404: refusal("There is no such job, or it belongs to somebody else") };
export const NO_SUCH_FEED = {
  404: refusal("The feed was revoked or never existed, or has no such job"),
};
/** The answers that any request may get. */
export const ANYWHERE = {
  405: refusal("This path doesn't have that method; see Allow"),
  413: refusal("The request is too large for the API"),
  429: refusal("Too many requests, or one of your limits is reached; see Retry-After"),
  500: refusal("An error on our side"),
  503: refusal("A part of the service isn't responding; see Retry-After"),
  504: refusal("The request took too long; try again"),
};

export const session = [{ session: [] }];
export const jobPath = z.object({ jobId: JobId });

const withJob = Object.fromEntries(
  ["signUploadRequest", "getJob", "deleteJob"].map((operationId) => [
    operationId,
    { operationId, parameters: { jobId: "$response.body#/jobId" } },
  ]),
);
/** The links of an answer with a job, whose MP3 can be downloaded once it is converted. */
export const NEXT = {
  ...withJob,
  downloadMp3: { operationId: "downloadMp3", parameters: { id: "$response.body#/jobId" } },
};
