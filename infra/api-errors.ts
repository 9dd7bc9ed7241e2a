import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";

/** Makes API Gateway's own answers problem documents (RFC 9457), as those of the functions are. */
export function explainErrors(restApi: RestApi): void {
  const respond = (type: ResponseType, status?: { code: number; title: string }) =>
    restApi.addGatewayResponse(type.responseType, {
      type,
      ...(status && { statusCode: `${status.code}` }),
      responseHeaders: {
        "Access-Control-Allow-Origin": "'*'",
        "Content-Type": "'application/problem+json'",
      },
      templates: { "application/json": status ? problem(status) : UNNAMED_PROBLEM },
    });
  respond(ResponseType.DEFAULT_4XX);
  respond(ResponseType.DEFAULT_5XX, { code: 500, title: "Something went wrong. Try again." });
  // API Gateway's name for a route that doesn't exist.
  respond(ResponseType.MISSING_AUTHENTICATION_TOKEN, { code: 404, title: "Not Found" });
  respond(ResponseType.THROTTLED, { code: 429, title: "Too Many Requests" });
  respond(ResponseType.REQUEST_TOO_LARGE, { code: 413, title: "Content Too Large" });
  respond(ResponseType.INTEGRATION_TIMEOUT, { code: 504, title: "That took too long. Try again." });
}

const problem = ({ code, title }: { code: number; title: string }) =>
  JSON.stringify({ type: "about:blank", title, status: code });

/** Templates of gateway responses only know plain variables; `messageString` brings its quotes. */
const UNNAMED_PROBLEM = '{"type":"about:blank","title":$context.error.messageString}';
