import assert from "node:assert/strict";
import { test } from "node:test";
import { runFaults } from "./run-faults.ts";

/** How many notifiers run at a time (infra/tapedeck.ts). A restart of the emulator ends all of them. */
const SENDERS = 2;

/** Runs `npm run test:faults` briefly: on its own stack, with few jobs and all kinds of harm. */
test("whatever dies or fails on the way, each source ends in one way and with one email", async (t) => {
  const report = await runFaults({
    seed: 7,
    jobs: 12,
    hurry: 12,
    restarts: true,
    say: (sentence) => t.diagnostic(sentence),
  });
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0);
  t.diagnostic(`${faults} faults in ${report.calls} calls, ${report.seconds} s`);
  assert.deepEqual(report.defects, []);
  assert(faults > 0, "nothing was harmed");
  // If an answer was lost or a sender died, nobody can know whether the email was sent.
  const restarts = report.faults["emulator restarted"] ?? 0;
  const unknown = report.unconfirmedEmails + restarts * SENDERS;
  assert(report.duplicateEmails <= unknown, `${report.duplicateEmails} emails too many`);
});
