import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JobView } from "../../client/answers.ts";
import { createFormat } from "../../contract/texts/format.ts";
import { createTexts } from "../../web/src/texts/en/texts.ts";
import { open, reduce } from "../../web/src/transfer/machine.ts";
import type { TransferRecord } from "../../web/src/transfer/records.ts";
import type { Step, TransferEffect, TransferEvent } from "../../web/src/transfer/transfer-state.ts";
import { makeTransferRecord } from "../fakes/transfer-record.ts";

const english = createTexts(createFormat("en"));

const record = makeTransferRecord("v2");

const soundtrack = {
  kind: "extracted",
  sizeBytes: 20_000,
  contentType: "audio/mp4",
  durationSeconds: 12,
  chapters: [{ startSeconds: 4, title: "Questions" }],
} as const;
const stored = { storeName: "one.soundtrack", sizeBytes: 20_000, contentType: "audio/mp4" };
const upload = { jobId: "J", multipart: { partSizeBytes: 100, uploadId: "U" } };
const sending = {
  sentBytes: 1,
  totalBytes: 2,
  speed: { bytesPerSecond: 1, secondsLeft: 1 },
};

const finished = (outcome: Partial<JobView>): JobView => ({
  jobId: "J",
  fileName: "talk.mp4",
  contentType: "audio/mp4",
  sizeBytes: 20_000,
  options: { quality: "v2" },
  state: "completed",
  createdAt: "",
  updatedAt: "",
  ...outcome,
});
const failedJob = (code: string) =>
  finished({ state: "failed", failure: { code, message: "It failed." } });

/** Applies events in turn, and returns the last step. */
const run = (first: Step, ...events: TransferEvent[]): Step =>
  events.reduce<Step>(({ state }, event) => reduce(state, event), first);
const kinds = ({ effects }: Step): TransferEffect["type"][] => effects.map(({ type }) => type);
const phaseOf = ({ state }: Step) => state.phase.kind;

const chosen = () => open(record, true);
const read = { type: "soundtrack-read", soundtrack } as const;
const unavailable = {
  type: "soundtrack-read",
  soundtrack: { kind: "unavailable", reason: "not-readable" },
} as const;
const sent = (...events: TransferEvent[]) =>
  run(
    chosen(),
    read,
    { type: "send" },
    { type: "job-opened", upload },
    { type: "uploaded", jobId: "J" },
    ...events,
  );

suite("a file that is chosen", () => {
  test("becomes a draft, and its soundtrack is read at once", () => {
    const step = chosen();
    assert.equal(phaseOf(step), "draft");
    assert.deepEqual(kinds(step), ["hold", "save", "read-soundtrack"]);
    const progress = run(step, { type: "soundtrack-progress", fraction: 0.5 });
    assert.deepEqual(progress.state.soundtrack, { kind: "reading", fraction: 0.5 });
    assert.equal(phaseOf(run(step, read)), "draft");
  });

  test("keeps each change of its options, so that a refresh doesn't lose it", () => {
    const step = run(chosen(), read, { type: "options-changed", change: { start: "1:30" } });
    assert.equal(step.state.record.start, "1:30");
    assert.deepEqual(kinds(step), ["save"]);
  });

  test("isn't read while the whole file is to be sent, and is read once that changes", () => {
    const whole = open({ ...record, sendsWhole: true }, true);
    assert.deepEqual(kinds(whole), ["hold", "save"]);
    const changed = run(whole, { type: "options-changed", change: { sendsWhole: false } });
    assert.deepEqual(kinds(changed), ["save", "read-soundtrack"]);
  });
});

suite("sending", () => {
  test("sends the soundtrack that was read", () => {
    const step = run(chosen(), read, { type: "send" });
    assert.equal(phaseOf(step), "waiting");
    assert.deepEqual(step.effects, [
      { type: "save" },
      { type: "save" },
      { type: "upload", body: "soundtrack" },
    ]);
    assert.deepEqual(step.state.record.soundtrack, stored);
    // The soundtrack doesn't contain the video's chapters.
    assert.deepEqual(step.state.record.chapters, soundtrack.chapters);
  });

  test("waits for the soundtrack while it is being read", () => {
    const waiting = run(chosen(), { type: "send" });
    assert.equal(phaseOf(waiting), "reading");
    assert.deepEqual(kinds(waiting), ["save"]);
    const ready = run(waiting, read);
    assert.deepEqual(ready.effects.at(-1), { type: "upload", body: "soundtrack" });
  });

  test("sends the file if there is no soundtrack, or if the user wants that", () => {
    for (const step of [
      run(chosen(), unavailable, { type: "send" }),
      run(chosen(), { type: "send" }, unavailable),
      run(
        chosen(),
        read,
        { type: "options-changed", change: { sendsWhole: true } },
        { type: "send" },
      ),
    ]) {
      assert.deepEqual(step.effects.at(-1), { type: "upload", body: "file" });
    }
  });

  test("is sent once, however often the button is pressed", () => {
    const step = run(chosen(), read, { type: "send" }, { type: "send" });
    assert.deepEqual(step.effects, []);
  });

  test("shows its progress, keeps what a refresh needs, and then watches the job", () => {
    const opened = run(chosen(), read, { type: "send" }, { type: "job-opened", upload });
    assert.deepEqual(opened.state.record.job, upload);
    assert.deepEqual(kinds(opened), ["save"]);
    const moving = run(opened, { type: "upload-progress", sending });
    assert.deepEqual(moving.state.phase, { kind: "uploading", ...sending });
    const done = run(moving, { type: "uploaded", jobId: "J" });
    assert.equal(done.state.record.stage, "sent");
    assert.deepEqual(kinds(done), ["save", "announce", "watch"]);
  });

  test("stops at a fault, and continues the same job", () => {
    const sentence = () => "The network.";
    const stopped = run(
      chosen(),
      read,
      { type: "send" },
      { type: "job-opened", upload },
      { type: "failed", sentence, isUnreadable: false },
    );
    assert.deepEqual(stopped.state.phase, { kind: "stopped", sentence });
    const again = run(stopped, { type: "again" });
    assert.deepEqual(kinds(again), ["save", "find-stored-soundtrack"]);
    const found = run(again, { type: "stored-soundtrack", isThere: true });
    assert.deepEqual(found.effects.at(-1), { type: "upload", body: "soundtrack" });
    assert.deepEqual(found.state.record.job, upload);
  });

  test("asks for a file that can no longer be read", () => {
    const stopped = run(
      chosen(),
      unavailable,
      { type: "send" },
      { type: "failed", sentence: () => "It was moved.", isUnreadable: true },
      { type: "again" },
    );
    assert.equal(phaseOf(stopped), "needs-file");
  });

  test("starts a new job if the stored soundtrack is gone, because a new copy has other bytes", () => {
    const step = run(
      open({ ...record, stage: "sending", soundtrack: stored, job: upload }, false),
      { type: "lock-held" },
      { type: "stored-soundtrack", isThere: false },
    );
    assert.equal(step.state.record.job, undefined);
    assert.equal(step.state.record.soundtrack, undefined);
    assert.equal(phaseOf(step), "needs-file");
  });
});

suite("after a refresh", () => {
  const restore = (change: Partial<TransferRecord>) => open({ ...record, ...change }, false);

  test("a draft asks for its file, and keeps its options", () => {
    const step = restore({ quality: "320", start: "0:10" });
    assert.equal(phaseOf(step), "needs-file");
    assert.deepEqual(kinds(step), ["hold"]);
    const attached = run(step, { type: "lock-held" }, { type: "file-attached" });
    assert.equal(phaseOf(attached), "draft");
    assert.equal(attached.state.record.start, "0:10");
    assert.deepEqual(kinds(attached), ["read-soundtrack"]);
  });

  test("a soundtrack continues without the video, but not before this tab has it", () => {
    const step = restore({ stage: "sending", soundtrack: stored, job: upload });
    assert.deepEqual(kinds(step), ["hold"]);
    const held = run(step, { type: "lock-held" });
    assert.deepEqual(kinds(held), ["save", "find-stored-soundtrack"]);
  });

  test("a whole file is asked for, and continues its job", () => {
    const step = restore({ stage: "sending", job: upload });
    assert.equal(phaseOf(run(step, { type: "lock-held" })), "needs-file");
    const attached = run(step, { type: "lock-held" }, { type: "file-attached" });
    assert.deepEqual(attached.effects.at(-1), { type: "upload", body: "file" });
    assert.deepEqual(attached.state.record.job, upload);
  });

  test("a file that comes after its job was sent isn't sent again", () => {
    const step = run(restore({ stage: "sent", job: upload }), { type: "file-attached" });
    assert.equal(phaseOf(step), "sent");
    assert.deepEqual(step.effects, []);
  });

  test("a job that was sent is watched", () => {
    assert.deepEqual(restore({ stage: "sent", job: upload }).effects, [
      { type: "watch", jobId: "J" },
    ]);
  });

  test("another tab's file is left alone, and taken over once that tab is closed", () => {
    const elsewhere = run(restore({ stage: "sending", soundtrack: stored, job: upload }), {
      type: "lock-busy",
    });
    assert.equal(phaseOf(elsewhere), "elsewhere");
    assert.deepEqual(kinds(elsewhere), []);
    const held = run(elsewhere, { type: "lock-held" });
    assert.deepEqual(kinds(held), ["save", "find-stored-soundtrack"]);
    const draft = run(restore({}), { type: "lock-busy" }, { type: "lock-held" });
    assert.equal(phaseOf(draft), "needs-file");
  });
});

suite("a job", () => {
  test("is shown while it runs, and everything stored for it is deleted in the end", () => {
    const running = sent({ type: "job-seen", job: finished({ state: "converting" }) });
    assert.equal(running.state.job?.state, "converting");
    const done = run(running, { type: "job-finished", job: finished({}) });
    assert.equal(done.state.job?.state, "completed");
    assert.deepEqual(kinds(done), ["forget", "drop-soundtrack", "announce", "notify"]);
  });

  test("that couldn't read the soundtrack is repeated with the whole file", () => {
    const step = sent({ type: "job-finished", job: failedJob("unsupported-codec") });
    assert.deepEqual(kinds(step), ["discard-job", "drop-soundtrack", "save", "upload"]);
    assert.deepEqual(step.effects.at(-1), { type: "upload", body: "file" });
    assert.equal(step.state.record.job, undefined);
    assert.match(step.state.note?.(english) ?? "", /whole video is sent/);
    const second = run(
      step,
      { type: "job-opened", upload },
      { type: "uploaded", jobId: "J" },
      { type: "job-finished", job: failedJob("unsupported-codec") },
    );
    assert.equal(second.state.job?.state, "failed");
  });

  test("whose job was being made of an earlier one’s source before a refresh asks for it again", () => {
    const again = { ...record, again: "E", sendsWhole: true, stage: "sending" } as const;
    const asked = run(open({ ...again, job: { jobId: "J" } }, true), { type: "lock-held" });
    assert.equal(phaseOf(asked), "waiting");
    assert.deepEqual(kinds(asked), ["save", "save", "upload"]);
    assert.equal(asked.state.record.job?.jobId, "J");
  });

  test("that failed gets its options back instead of failing again", () => {
    const failed = sent({ type: "job-finished", job: failedJob("empty-selection") });
    assert.equal(failed.state.job?.failure?.code, "empty-selection");
    const again = run(failed, { type: "again" });
    assert.equal(phaseOf(again), "draft");
    assert.equal(again.state.job, undefined);
    assert.equal(again.state.record.job, undefined);
    assert.equal(again.state.record.stage, "draft");
    assert.deepEqual(kinds(again), ["hold", "save"]);
    assert.equal(phaseOf(run(again, { type: "send" })), "waiting");
  });

  test("that failed after a refresh asks for its file first", () => {
    const step = run(
      open({ ...record, stage: "sent", job: upload }, false),
      { type: "job-finished", job: failedJob("truncated") },
      { type: "again" },
    );
    assert.equal(phaseOf(step), "needs-file");
    assert.equal(step.state.record.stage, "draft");
  });
});

suite("uploads that are paused", () => {
  const uploading = () =>
    run(
      chosen(),
      read,
      { type: "send" },
      { type: "job-opened", upload },
      {
        type: "upload-progress",
        sending,
      },
    );

  test("stop where they are and go on with the same job", () => {
    const paused = run(uploading(), { type: "pause" });
    assert.equal(phaseOf(paused), "paused");
    assert.deepEqual(kinds(paused), ["stop-upload"]);
    // A late progress report doesn't resume it.
    assert.equal(phaseOf(run(paused, { type: "upload-progress", sending })), "paused");
    const resumed = run(paused, { type: "resume" });
    assert.equal(phaseOf(resumed), "waiting");
    assert.deepEqual(resumed.state.record.job, upload);
    assert.ok(kinds(resumed).includes("find-stored-soundtrack"));
  });

  test("don't start once their soundtrack has been read", () => {
    const paused = run(chosen(), { type: "send" }, { type: "pause" });
    assert.equal(phaseOf(paused), "paused");
    assert.equal(phaseOf(run(paused, read)), "paused");
    assert.equal(phaseOf(run(paused, { type: "resume" })), "reading");
    assert.equal(phaseOf(run(paused, read, { type: "resume" })), "waiting");
  });

  test("are those that haven't been sent completely", () => {
    assert.equal(phaseOf(run(chosen(), { type: "pause" })), "draft");
    assert.equal(phaseOf(run(sent(), { type: "pause" })), "sent");
    assert.equal(phaseOf(run(uploading(), { type: "resume" })), "uploading");
  });
});
