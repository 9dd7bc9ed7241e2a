import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, mock, suite, type TestContext, test } from "node:test";
import { signIn } from "../../client/sign-in.ts";
import { skipPauses } from "../fakes/skip-pauses.ts";

const SESSION = { token: "t", tokenType: "Bearer", expiresIn: 43_200 };
const user = { email: "ada@example.org", password: "correct horse battery staple" };

/** Starts an API that answers with these statuses in turn. 0 closes the connection. */
async function serve(t: TestContext, statuses: number[]): Promise<{ url: string; calls: number }> {
  const server = createServer((request, answer) => {
    const status = statuses[api.calls++] ?? 500;
    if (status === 0) return void request.socket.destroy();
    answer.writeHead(status, { "content-type": "application/json" });
    answer.end(JSON.stringify(status === 200 ? SESSION : {}));
  });
  t.after(() => void server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const api = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: 0 };
  return api;
}

// The first call to a function in a VPC fails after weeks without calls.
suite("signing in", () => {
  beforeEach(() => void skipPauses({ mock }, 2000));
  afterEach(() => mock.restoreAll());

  for (const failure of [503, 502, 0]) {
    test(`is tried again after ${failure || "a lost connection"}`, async (t) => {
      const api = await serve(t, [failure, failure, 200]);
      assert.equal((await signIn(api.url, user)).token, "t");
    });
  }

  test("isn't tried again after a refusal, nor endlessly", async (t) => {
    const [refusing, broken] = [await serve(t, [401, 200]), await serve(t, [])];
    await assert.rejects(signIn(refusing.url, user), { name: "ApiError", status: 401 });
    assert.equal(refusing.calls, 1);
    await assert.rejects(signIn(broken.url, user), { name: "ApiError", status: 500 });
    assert.equal(broken.calls, 3);
  });
});
