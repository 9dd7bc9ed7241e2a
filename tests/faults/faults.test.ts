import assert from "node:assert/strict";
import { test } from "node:test";
import { runFaults } from "./run-faults.ts";

/** Notifiers that run at once (infra/tapedeck.ts); a restart of the emulator ends them all. */
const SENDERS = 2;

/** The short form of `npm run test:faults`: a stack of its own, few jobs, all kinds of harm. */
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
  // What may have gone out can't be known of an answer that got lost, and of a sender that died.
  const restarts = report.faults["emulator restarted"] ?? 0;
  const unknown = report.unconfirmedEmails + restarts * SENDERS;
  assert(report.duplicateEmails <= unknown, `${report.duplicateEmails} emails too many`);
});
