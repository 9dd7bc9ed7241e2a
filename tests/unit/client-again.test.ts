import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiClient } from "../../client/api-client.ts";
import { convertAgain } from "../../client/convert-again.ts";
import { NetworkError } from "../../client/errors.ts";
import { JobId } from "../../contract/job.ts";
import { createJobId, readJobIdTime } from "../../contract/job-id.ts";

const options = { quality: "v2" } as const;

test("a request whose answer is lost is repeated with the same id", async () => {
  const ids: string[] = [];
  const api = {
    convertAgain: async (_earlier: string, { jobId }: { jobId: string }) => {
      ids.push(jobId);
      if (ids.length === 1) throw new NetworkError("The answer was lost.");
      return { jobId };
    },
  } as unknown as ApiClient;
  const { signal } = new AbortController();
  const made = await convertAgain(api, "earlier", { options }, { signal });
  assert.deepEqual(ids, [made, made]);
  assert.equal(JobId.parse(made), made);
  assert.ok(Math.abs(readJobIdTime(made) - Date.now()) < 60_000);
});

test("giving up waits for the answer to what was sent, so that the job can be deleted then", async () => {
  const abort = new AbortController();
  const answer = Promise.withResolvers<{ jobId: string }>();
  const asked = Promise.withResolvers<void>();
  const api = {
    convertAgain: () => {
      asked.resolve();
      return answer.promise;
    },
  } as unknown as ApiClient;
  let isSettled = false;
  const making = convertAgain(api, "earlier", { options }, { signal: abort.signal }).finally(() => {
    isSettled = true;
  });
  making.catch(() => {});
  await asked.promise;
  abort.abort(new Error("The user gave up."));
  await new Promise((wake) => setImmediate(wake));
  assert.equal(isSettled, false);
  answer.resolve({ jobId: createJobId() });
  await assert.rejects(making, /gave up/);
});

test("ids sort newest first, and say when they were made", () => {
  const now = Date.now();
  const ids = [1000, 2000, 3000].map((later) => createJobId(now + later));
  const ages = ids.sort().map((id) => readJobIdTime(id) - now);
  assert.deepEqual(ages, [3000, 2000, 1000]);
});
