import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { JobView } from "../../client/answers.ts";
import { ApiError, StorageError } from "../../client/errors.ts";
import { createFormat } from "../../contract/texts/format.ts";
import {
  describeDownloadError,
  describeSending,
  shortenList,
} from "../../web/src/texts/describe.ts";
import { createTexts } from "../../web/src/texts/en/texts.ts";
import { sumUp } from "../../web/src/transfer/batch.ts";
import { estimateSelection } from "../../web/src/transfer/estimate.ts";
import { sumUpProgress } from "../../web/src/transfer/overall.ts";
import { formatTime, moveEnd, readRange, writeRange } from "../../web/src/transfer/selection.ts";
import type { TransferState } from "../../web/src/transfer/transfer-state.ts";
import { makeTransferRecord } from "../fakes/transfer-record.ts";

const english = createTexts(createFormat("en"));

const record = makeTransferRecord("128");

const extracted = {
  kind: "extracted",
  contentType: "audio/mp4",
  sizeBytes: 20_000,
  durationSeconds: 60,
  chapters: [],
} as const;

suite("the estimate of an MP3", () => {
  test("is its bit rate times the selected length", () => {
    assert.equal(estimateSelection(record, 60), 60 * 16_000);
    assert.equal(estimateSelection({ ...record, start: "0:30" }, 60), 30 * 16_000);
    assert.equal(estimateSelection({ ...record, start: "0:30", end: "9:00" }, 60), 30 * 16_000);
    assert.equal(estimateSelection({ ...record, start: "2:00" }, 60), 0);
  });

  test("needs the recording's length or a chosen end", () => {
    assert.equal(estimateSelection(record, undefined), undefined);
    assert.equal(estimateSelection({ ...record, end: "0:10" }, undefined), 10 * 16_000);
  });
});

suite("several drafts", () => {
  const draft = { record, soundtrack: extracted, recordingSeconds: 60 };

  test("are summed up by what each sends", () => {
    const whole = { ...draft, record: { ...record, sendsWhole: true } };
    const summary = sumUp([draft, whole]);
    assert.deepEqual(summary, {
      totalBytes: 2_000_000,
      mp3Bytes: 2 * 60 * 16_000,
      sentBytes: 1_020_000,
      isReading: false,
      quality: "128",
    });
  });

  test("have no common quality if they differ, and no sum while one is still being read", () => {
    const other = {
      record: { ...record, quality: "v0" as const },
      soundtrack: { kind: "reading", fraction: 0.5 } as const,
      recordingSeconds: undefined,
    };
    const summary = sumUp([draft, other]);
    assert.equal(summary.quality, undefined);
    assert.equal(summary.isReading, true);
  });
});

suite("a piece of a recording", () => {
  test("is read from the fields, and nonsense there counts as empty", () => {
    assert.deepEqual(readRange({ start: "", end: "" }, 60), { startSeconds: 0, endSeconds: 60 });
    assert.deepEqual(readRange({ start: "0:10", end: "9:00" }, 60), {
      startSeconds: 10,
      endSeconds: 60,
    });
    assert.deepEqual(readRange({ start: "soon", end: "0:05.5" }, 60), {
      startSeconds: 0,
      endSeconds: 5.5,
    });
  });

  test("keeps its ends in order and within the recording", () => {
    const range = { startSeconds: 10, endSeconds: 20 };
    assert.equal(moveEnd(range, "startSeconds", 99, 60).startSeconds, 19.9);
    assert.equal(moveEnd(range, "startSeconds", -1, 60).startSeconds, 0);
    assert.equal(moveEnd(range, "endSeconds", 3, 60).endSeconds, 10.1);
    assert.equal(moveEnd(range, "endSeconds", 99, 60).endSeconds, 60);
  });

  test("is written as people write times, and left empty for the whole recording", () => {
    assert.deepEqual(writeRange({ startSeconds: 0, endSeconds: 60 }, 60), { start: "", end: "" });
    const range = { startSeconds: 61.25, endSeconds: 3723 };
    assert.deepEqual(writeRange(range, 4000), { start: "1:01.3", end: "1:02:03" });
    assert.equal(formatTime(59.96), "1:00");
  });
});

suite("the progress of all files", () => {
  const part = (phase: TransferState["phase"], job?: Partial<JobView>) => ({
    record,
    phase,
    job: job as JobView | undefined,
  });
  const uploading = {
    kind: "uploading",
    sentBytes: 40,
    totalBytes: 100,
    speed: { bytesPerSecond: 10, secondsLeft: 6 },
  } as const;

  test("counts sending and converting as half each, and leaves out drafts", () => {
    const overall = sumUpProgress([
      part({ kind: "draft" }),
      part(uploading),
      part({ kind: "sent" }, { state: "converting", progress: { fraction: 0.5, audioSeconds: 1 } }),
      part({ kind: "sent" }, { state: "completed" }),
      part({ kind: "sent" }, { state: "failed" }),
    ]);
    assert.equal(overall.count, 4);
    assert.equal(overall.doneCount, 2);
    assert.equal(overall.fraction, (0.2 + 0.75 + 1 + 1) / 4);
    assert.equal(overall.secondsLeft, 6);
    assert.equal(overall.isSending, true);
  });

  test("includes waiting files in the time that is left", () => {
    const soundtrack = { storeName: "s", sizeBytes: 140, contentType: "audio/mp4" };
    const waiting = { ...part({ kind: "waiting" }), record: { ...record, soundtrack } };
    assert.equal(sumUpProgress([part(uploading), waiting]).secondsLeft, 20);
    assert.equal(sumUpProgress([waiting]).secondsLeft, undefined);
    assert.equal(sumUpProgress([part({ kind: "paused" })]).isPaused, true);
    assert.equal(sumUpProgress([]).fraction, 0);
  });
});

suite("sentences about files", () => {
  test("shorten a list if it is too long", () => {
    const all = Array.from({ length: 8 }, (_, at) => `${at} is empty.`);
    assert.deepEqual(shortenList(all.slice(0, 6), english), all.slice(0, 6));
    assert.deepEqual(shortenList(all, english), [...all.slice(0, 5), "And 3 more."]);
  });

  test("don't say that anything is being sent while the network is gone", () => {
    const speed = { bytesPerSecond: 1e6, secondsLeft: 20 };
    const sending = { sentBytes: 1_200_000, totalBytes: 33_600_000, speed };
    assert.match(
      describeSending(sending, english),
      /^Sending 1.2 MB of 33.6 MB · 1.0 MB\/s · about/,
    );
    const offline = describeSending({ ...sending, wait: "offline" }, english);
    assert.match(offline, /^You are offline\. 1.2 MB of 33.6 MB are sent; the rest follows/);
    assert.doesNotMatch(offline, /Sending/);
  });

  test("differ for an MP3 that is gone and one that is refused", () => {
    const gone = /no longer exists/;
    assert.match(describeDownloadError(new ApiError(404))(english), gone);
    assert.match(describeDownloadError(new StorageError(404, undefined))(english), gone);
    assert.match(
      describeDownloadError(new StorageError(403, undefined))(english),
      /didn’t deliver/,
    );
  });
});
