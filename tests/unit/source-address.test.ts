import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { createHttpHandler } from "../../functions/runtime/http.ts";
import { makeContext } from "../fakes/lambda.ts";

const handler = createHttpHandler({
  "GET /who": async ({ sourceAddress }) => ({ status: 200, body: sourceAddress }),
});

async function readSourceAddress(
  identity: { sourceIp: string; apiKey?: string },
  headers: Record<string, string> = {},
): Promise<unknown> {
  const event = { httpMethod: "GET", resource: "/who", headers, requestContext: { identity } };
  const { body } = await handler(event as unknown as APIGatewayProxyEvent, makeContext());
  return JSON.parse(body);
}

describe("the address by which logins are counted", () => {
  const viewer = { "X-Viewer-Address": "203.0.113.9" };

  test("is the one from CloudFront, which alone has the key", async () => {
    const address = await readSourceAddress({ sourceIp: "192.0.2.1", apiKey: "key" }, viewer);
    assert.equal(address, "203.0.113.9");
  });

  test("can't be set by a caller without the key", async () => {
    assert.equal(await readSourceAddress({ sourceIp: "192.0.2.1" }, viewer), "192.0.2.1");
  });
});
