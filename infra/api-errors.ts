import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";
import type { Problem as AnyProblem } from "../contract/api.ts";

type Problem = Pick<AnyProblem, "status" | "title" | "detail">;

/**
 * Turns API Gateway's own answers into problem documents (RFC 9457), like those of the functions.
 */
export function explainErrors(restApi: RestApi): void {
  const respond = (type: ResponseType, problem?: Problem) =>
    restApi.addGatewayResponse(type.responseType, {
      type,
      statusCode: `${problem?.status ?? 400}`,
      responseHeaders: {
        "Access-Control-Allow-Origin": "'*'",
        "Content-Type": "'application/problem+json'",
      },
      templates: { "application/json": problem ? formatProblem(problem) : UNNAMED_PROBLEM },
    });
  respond(ResponseType.DEFAULT_4XX);
  for (const type of [
    ResponseType.ACCESS_DENIED,
    ResponseType.INVALID_API_KEY,
    ResponseType.WAF_FILTERED,
  ]) {
    respond(type, {
      status: 403,
      title: "Forbidden",
      detail: "The API can't be reached at this address. Use the page's address, followed by /api.",
    });
  }
  respond(ResponseType.DEFAULT_5XX, {
    status: 500,
    title: "Internal Server Error",
    detail: "Something went wrong on our side. Please try again in a minute.",
  });
  // API Gateway's name for a route that doesn't exist.
  respond(ResponseType.MISSING_AUTHENTICATION_TOKEN, {
    status: 404,
    title: "Not Found",
    detail: "There is nothing at this path. GET /openapi.json lists the paths.",
  });
  respond(ResponseType.THROTTLED, {
    status: 429,
    title: "Too Many Requests",
    detail: "There are too many requests at the moment. Please try again in a few seconds.",
  });
  respond(ResponseType.REQUEST_TOO_LARGE, {
    status: 413,
    title: "Content Too Large",
    detail:
      "The request is too large. Send a video's bytes to the URL in the answer to POST /upload, not to the API.",
  });
  for (const type of [ResponseType.INTEGRATION_TIMEOUT, ResponseType.INTEGRATION_FAILURE]) {
    respond(type, {
      status: 504,
      title: "Gateway Timeout",
      detail: "That took too long. Please try again in a minute.",
    });
  }
}

const formatProblem = (problem: Problem) => JSON.stringify({ type: "about:blank", ...problem });

/**
 * The template for answers that we have no sentence for. Such templates have only plain variables: the
 * status isn't one of them, and `messageString` includes its quotes.
 */
const UNNAMED_PROBLEM = `{"type":"about:blank","title":"Bad Request","status":400,"detail":$context.error.messageString}`;
