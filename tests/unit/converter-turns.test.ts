import assert from "node:assert/strict";
import { test } from "node:test";
import { createJobId } from "../../contract/job-id.ts";
import { jobKey, sourceKey } from "../../functions/storage/job.ts";
import { createTurns } from "../../functions/storage/turns.ts";
import { LEASE_SECONDS, setUpConverter, uploadEvent } from "../fakes/converter.ts";
import { makeJob } from "../fakes/jobs.ts";
import { makeContext, makeSqsEvent } from "../fakes/lambda.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { CONVERTED } from "../fakes/outcomes.ts";

test("a record that can't be read parks its message at the first try, and frees the turn", async () => {
  const { records, job, deliver, usage, parked, published, delays } = await setUpConverter(
    async () => CONVERTED,
  );
  records.set(jobKey(job.owner, job.jobId), "{");
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  const [message, ...others] = parked;
  assert.deepEqual(
    JSON.parse(message?.body ?? ""),
    JSON.parse(uploadEvent(job).Records[0]?.body ?? ""),
  );
  assert.match(message?.cause ?? "", /^UnreadableRecord: The job's record can't be read/);
  assert.deepEqual(others, []);
  assert.deepEqual(published, []);
  assert.deepEqual(delays, [2 * LEASE_SECONDS]);
  // Its owner's other jobs don't wait for it.
  const turns = createTurns({
    usage,
    getJob: createMemoryJobStore(records).get,
    conversionsPerUser: 1,
  });
  assert.deepEqual(await turns.take({ owner: job.owner, jobId: createJobId() }), { kind: "taken" });
});

test("a day's minutes count what was encoded, also for jobs that fail or are deleted", async () => {
  const countMinutes = async (
    end: (own: Awaited<ReturnType<typeof setUpConverter>>) => Promise<unknown>,
    seconds?: number,
  ) => {
    const own: Awaited<ReturnType<typeof setUpConverter>> = await setUpConverter(
      async (_source, _sink, _options, hooks) => {
        hooks.onProgress?.({ fraction: 0.5, audioSeconds: 1800 });
        await end(own);
        return { kind: "failed", code: "damaged", detail: "" };
      },
    );
    await own.deliver(seconds);
    let counted: number | undefined;
    await own.usage.update(own.job.owner, async (stored) => {
      counted = stored.audioSeconds;
      return stored;
    });
    return counted;
  };
  assert.equal(await countMinutes(async () => {}), 1800);
  const deleteIt = async ({ jobs, job }: Awaited<ReturnType<typeof setUpConverter>>) =>
    jobs.delete(job.owner, job.jobId);
  assert.equal(await countMinutes(deleteIt), 1800);
  // A fault of ours is tried again, and costs nothing.
  const fail = () => Promise.reject(new Error("S3 is down"));
  assert.equal(await countMinutes(fail), 0);
});

test("a user's videos take only their share, and a message that has to wait keeps all its tries", async () => {
  const { jobs, job, turns, usage, deliver, read, sentAgain, published } = await setUpConverter(
    async () => CONVERTED,
  );
  const others = [makeJob({ owner: job.owner }), makeJob({ owner: job.owner })];
  const claims = await Promise.all(
    others.map(async (other) => {
      await jobs.create(other);
      await turns.take(other);
      const claimed = await jobs.claim(other.owner, other.jobId, LEASE_SECONDS);
      assert(claimed.kind === "claimed");
      return claimed.claim;
    }),
  );
  assert.deepEqual(await deliver(), { batchItemFailures: [] });
  assert.equal((await read())?.state, "awaiting-upload");
  const message = { Records: [{ s3: { object: { key: sourceKey(job.owner, job.jobId) } } }] };
  assert.deepEqual(sentAgain, [{ message, delaySeconds: 2 }]);
  assert.equal(published.length, 0);

  // The other worker dies before it returns its turn. The end of its job frees the turn, too.
  assert(claims[0]);
  await jobs.finish(claims[0], { state: "failed", failure: { code: "damaged" } });
  await deliver();
  assert.equal((await read())?.state, "completed");
  assert.equal(sentAgain.length, 1);

  await usage.update(job.owner, async (stored) => {
    assert.equal(stored.audioSeconds, 60);
    assert.deepEqual(
      stored.converting.map(({ jobId }) => jobId),
      [others[1]?.jobId],
    );
    return stored;
  });
});

test("a source of no job is parked", async () => {
  const { handler, parked, deletedResults } = await setUpConverter(async () => CONVERTED);
  const foreign = { Records: [{ s3: { object: { key: "elsewhere/file" } } }] };
  const results = await handler(makeSqsEvent(foreign), makeContext());
  assert.deepEqual(results, { batchItemFailures: [] });
  assert.match(parked[0]?.cause ?? "", /a key that belongs to no job/);
  assert.deepEqual(deletedResults, []);
});
