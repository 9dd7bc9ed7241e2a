import assert from "node:assert/strict";
import { test } from "node:test";
import { runLoad } from "./load-run.ts";

/** Runs `npm run bench:load` briefly, on the test run's stack. */
test("several people at once: each call is answered, each video becomes the same MP3 and one email", async (t) => {
  const { jobs, warmUp, emails, differentMp3s, faults } = await runLoad({
    users: 4,
    seconds: 8,
    pauseSeconds: 0,
    isShared: true,
  });
  t.diagnostic(`${jobs.length} jobs`);
  assert.deepEqual(faults, []);
  assert(jobs.length >= 4, "everyone has sent a video");
  assert.equal(emails, jobs.length + warmUp.length);
  assert.equal(differentMp3s, 1);
});
