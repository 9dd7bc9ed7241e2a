import { setTimeout as sleep } from "node:timers/promises";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type { z } from "zod";
import type { Problem } from "../../contract/api.ts";
import { JobId } from "../../contract/job.ts";
import { Refusal, type RefusalKind } from "./errors.ts";
import { listFaults } from "./faults.ts";
import { showPage } from "./html-page.ts";
import { annotateJob, logger } from "./observability.ts";
import { isOutage } from "./outage.ts";
import { describeRefusal, findPageTexts } from "./page-texts.ts";

export interface HttpRequest {
  pathParameters: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
  sourceAddress: string;
}

export interface HttpResponse {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent unchanged instead of `body`; `headers` give its type. */
  text?: string;
}

/** Handlers by method and API Gateway resource, e.g. `"GET /jobs/{jobId}"`. */
export type Routes = Record<string, (request: HttpRequest) => Promise<HttpResponse>>;

const STATUS: Record<RefusalKind, { status: number; title: string }> = {
  invalid: { status: 400, title: "Bad Request" },
  unauthenticated: { status: 401, title: "Unauthorized" },
  "not-found": { status: 404, title: "Not Found" },
  conflict: { status: 409, title: "Conflict" },
  "method-not-allowed": { status: 405, title: "Method Not Allowed" },
  "too-large": { status: 413, title: "Content Too Large" },
  "rate-limited": { status: 429, title: "Too Many Requests" },
  unavailable: { status: 503, title: "Service Unavailable" },
};

/**
 * Callers present a bearer token and never cookies, so any origin may read the answers without
 * gaining a user's authority (https://fetch.spec.whatwg.org/#cors-protocol-and-credentials).
 */
const COMMON_HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Location, Retry-After",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** Receives every request, and turns refusals into `application/problem+json` (RFC 9457). */
export const createHttpHandler =
  (
    routes: Routes,
    {
      refuseOthers = () =>
        new Refusal("not-found", "no-such-route", "There is nothing at this path."),
      pageUrl,
    }: {
      refuseOthers?: (request: { method: string; resource: string }) => Refusal;
      /** Where an HTML page about a problem leads people who opened a link in a browser. */
      pageUrl?: string | undefined;
    } = {},
  ) =>
  async (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> => {
    logger.addContext(context);
    const request = readRequest(event);
    const { data: jobId } = JobId.safeParse(event.pathParameters?.jobId);
    annotateJob(jobId);
    try {
      const route = routes[`${event.httpMethod} ${event.resource}`];
      if (!route) throw refuseOthers({ method: event.httpMethod, resource: event.resource });
      return render(await answerInTime(route(request), context));
    } catch (error) {
      const isBrowser = request.headers.accept?.includes("text/html");
      const answer = describeFailure(error, jobId);
      return render(pageUrl && isBrowser ? showAsPage(answer, request, pageUrl) : answer);
    }
  };

/** The time that a function reserves to say that something else took too long. */
const CLOSING_MILLISECONDS = 1000;

/** Without this, Lambda would end the function silently, and API Gateway would answer 502. */
async function answerInTime<Answer>(answer: Promise<Answer>, context: Context): Promise<Answer> {
  const tooLate = new AbortController();
  const milliseconds = context.getRemainingTimeInMillis() - CLOSING_MILLISECONDS;
  try {
    return await Promise.race([
      answer,
      sleep(milliseconds, undefined, { signal: tooLate.signal }).then(() => {
        throw unavailable(new Error("The handler used up the function's time."));
      }),
    ]);
  } finally {
    tooLate.abort();
    // It may fail later, when nobody is waiting for it any more.
    answer.catch(() => {});
  }
}

const unavailable = (cause: unknown) =>
  new Refusal(
    "unavailable",
    "unavailable",
    "A part of the service isn't responding right now. Please try again in a few seconds.",
    { retryAfterSeconds: RETRY_AFTER_SECONDS, cause },
  );

const RETRY_AFTER_SECONDS = 5;

function readRequest(event: APIGatewayProxyEvent): HttpRequest {
  const headers = Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const body = event.body ?? "";
  return {
    pathParameters: event.pathParameters ?? {},
    query: event.queryStringParameters ?? {},
    headers,
    body: event.isBase64Encoded ? Buffer.from(body, "base64").toString("utf8") : body,
    sourceAddress: readSourceAddress(event, headers["x-viewer-address"]) ?? "unknown",
  };
}

/**
 * On AWS only CloudFront has a key to the API, and sends the viewer's address (infra/site.ts). From
 * anyone else the header is ignored.
 */
const readSourceAddress = ({ requestContext }: APIGatewayProxyEvent, viewer: string | undefined) =>
  requestContext.identity?.apiKey ? viewer : requestContext.identity?.sourceIp;

function render({ status, headers, body, text }: HttpResponse): APIGatewayProxyResult {
  return {
    statusCode: status,
    headers: {
      ...COMMON_HEADERS,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: text ?? (body === undefined ? "" : JSON.stringify(body)),
  };
}

interface ProblemResponse extends HttpResponse {
  body: Problem;
}

/** @param jobId the job that the request's path names, for the log. */
function describeFailure(error: unknown, jobId: JobId | undefined): ProblemResponse {
  if (!(error instanceof Refusal)) {
    if (isOutage(error)) return describeFailure(unavailable(error), jobId);
    logger.error("request failed", { jobId, error: error as Error });
    return problem({
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      detail: "Something went wrong on our side. Please try again in a minute.",
    });
  }
  const { status, title } = STATUS[error.kind];
  if (error.kind === "unavailable") {
    logger.error("request not served", { jobId, code: error.code, error });
  } else {
    logger.info("request refused", { jobId, code: error.code });
  }
  return problem(
    {
      type: "about:blank",
      title,
      status,
      detail: error.message,
      code: error.code,
      ...(error.limit !== undefined && { limit: error.limit }),
      ...(error.faults.length > 0 ? { errors: [...error.faults] } : {}),
    },
    {
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="tapedeck"' } : {}),
      ...(status === 405 ? { allow: error.allowedMethods.join(", ") } : {}),
      ...(error.retryAfterSeconds ? { "retry-after": String(error.retryAfterSeconds) } : {}),
    },
  );
}

const problem = (body: Problem, headers: Record<string, string> = {}): ProblemResponse => ({
  status: body.status,
  headers: { "content-type": "application/problem+json", ...headers },
  body,
});

/** Shows a problem to somebody who opened a link in a browser. */
function showAsPage(
  { status, headers, body }: ProblemResponse,
  request: HttpRequest,
  pageUrl: string,
): HttpResponse {
  const { language, texts } = findPageTexts(request);
  const { heading, text } =
    status < 500 && status !== 429
      ? { heading: texts.linkFails, text: describeRefusal(body.code, texts) }
      : texts.outage;
  const action = { kind: "link", label: texts.openTapedeck, url: pageUrl } as const;
  const page = showPage(status, { language, heading, text, action });
  return { ...page, headers: { ...headers, ...page.headers } };
}

/** @throws Refusal of kind `invalid` that names each field that doesn't fit. */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = listFaults(parsed.error.issues);
  const sentence = faults.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  throw new Refusal("invalid", "invalid-request", `${sentence.join(". ")}.`, { faults });
}

/** @throws Refusal of kind `invalid` when the body isn't JSON or doesn't fit the schema. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  request: HttpRequest,
): z.infer<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(request.body);
  } catch {
    if (request.headers["content-type"]?.startsWith("multipart/form-data")) {
      throw new Refusal(
        "invalid",
        "form-upload",
        'The API no longer takes a file as a form. POST /upload takes JSON, {"fileName": "talk.mp4", "sizeBytes": 1234}, and returns the URL for the file: curl -T talk.mp4 URL.',
      );
    }
    throw new Refusal("invalid", "invalid-json", "The request's body must be a JSON object.");
  }
  return parseInput(schema, json);
}
