import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context, SQSEvent } from "aws-lambda";
import { z } from "zod";

export const makeContext = (remainingSeconds = 900) =>
  ({
    functionName: "test",
    awsRequestId: "00000000-0000-4000-8000-000000000000",
    getRemainingTimeInMillis: () => remainingSeconds * 1000,
  }) as Context;

interface Call {
  method: string;
  resource: string;
  pathParameters?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Sent as JSON unless it is a string. */
  body?: unknown;
  /** The rest of the function's time. */
  remainingSeconds?: number;
}

type HttpHandler = (
  event: APIGatewayProxyEvent,
  context: Context,
) => Promise<APIGatewayProxyResult>;

/** Calls a handler as API Gateway does. Returns the answer's body as `text`, and parsed if it is JSON. */
export async function callHttp(handler: HttpHandler, call: Call) {
  const { body } = call;
  const event = {
    httpMethod: call.method,
    resource: call.resource,
    path: call.resource,
    pathParameters: call.pathParameters ?? null,
    queryStringParameters: call.query ?? null,
    headers: call.headers ?? {},
    body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { identity: { sourceIp: "192.0.2.1" } },
  } as unknown as APIGatewayProxyEvent;
  const answer = await handler(event, makeContext(call.remainingSeconds));
  const headers = z.record(z.string(), z.string()).parse(answer.headers);
  return {
    status: answer.statusCode,
    headers,
    body: /json/.test(headers["content-type"] ?? "")
      ? z.record(z.string(), z.unknown()).parse(JSON.parse(answer.body))
      : undefined,
    text: answer.body,
  };
}

export const makeSqsEvent = (...bodies: unknown[]) =>
  ({
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      body: typeof body === "string" ? body : JSON.stringify(body),
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "1700000000000",
        ApproximateFirstReceiveTimestamp: "1700000000005",
      },
    })),
  }) as SQSEvent;
