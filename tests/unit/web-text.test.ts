import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ApiError, isTransient } from "../../client/errors.ts";
import { SpeedMeter } from "../../client/speed.ts";
import { formatDuration, parseTime } from "../../contract/format.ts";
import { createFormat } from "../../contract/texts/format.ts";
import {
  describeError,
  describeSignInError,
  describeTimeLeft,
} from "../../web/src/texts/describe.ts";
import { createTexts } from "../../web/src/texts/en/texts.ts";
import { findOptionsFault, readOptions } from "../../web/src/transfer/options.ts";

const english = createTexts(createFormat("en"));
const { format } = english;

suite("what the page writes", () => {
  test("sizes in up to three digits, never 1,000 of a unit", () => {
    const sizes = [0, 999, 1000, 99_400, 99_950, 999_499, 999_500, 1.2e9];
    assert.deepEqual(sizes.map(format.size), [
      "0 bytes",
      "999 bytes",
      "1.0 kB",
      "99.4 kB",
      "100 kB",
      "999 kB",
      "1.0 MB",
      "1.2 GB",
    ]);
  });

  test("durations as a player shows them", () => {
    assert.deepEqual([0, 59.6, 187, 3600, 3723].map(formatDuration), [
      "0:00",
      "1:00",
      "3:07",
      "1:00:00",
      "1:02:03",
    ]);
  });

  test("days as briefly as possible", () => {
    const now = new Date(2026, 10, 22, 21, 30);
    const days = [new Date(2026, 10, 22, 9, 41), new Date(2026, 10, 16), new Date(2025, 10, 16)];
    assert.deepEqual(
      days.map((day) => format.day(day.toISOString(), now).replace("\u202f", " ")),
      ["9:41 AM", "Nov 16", "Nov 16, 2025"],
    );
  });

  test("100% only once everything is done", () => {
    assert.deepEqual([0, 0.999, 1].map(format.percent), ["0%", "99%", "100%"]);
  });

  test("time left without false precision", () => {
    assert.deepEqual(
      [3, 31, 62, 1500, 9000].map((seconds) => describeTimeLeft(seconds, english)),
      [
        "a few seconds left",
        "about 35 seconds left",
        "about a minute left",
        "about 25 minutes left",
        "about 3 hours left",
      ],
    );
  });
});

suite("a limit of the API", () => {
  const detail = "You have 100 videos that wait or are being converted. Delete some.";
  const ours = ["too-many-open-jobs", "daily-bytes-used", "a-newer-limit"];

  test("without its figure is shown in the API's own sentence, and isn't tried again", () => {
    for (const code of ours) {
      const error = new ApiError(429, { code, detail, retryAfterSeconds: 1 });
      assert.equal(isTransient(error), false, code);
      assert.equal(describeError(error)(english), detail);
      assert.equal(describeSignInError(error)(english), detail);
      assert.equal(error.message, detail);
    }
  });

  test("is explained in the reader's language, with its figure", () => {
    const say = (code: string, problem: ConstructorParameters<typeof ApiError>[1]) =>
      describeError(new ApiError(429, { code, detail, ...problem }))(english);
    assert.match(say("daily-bytes-used", { limit: 20e9 }), /^You can upload 20.0 GB a day/);
    assert.match(say("daily-minutes-used", { limit: 600 }), /^You have used today’s 600 minutes/);
    assert.match(say("too-many-open-jobs", { limit: 100 }), /^You have 100 videos waiting/);
    assert.match(say("too-many-attempts", { retryAfterSeconds: 61 }), /again in 2 minutes/);
  });

  test("that API Gateway sets, or that comes from a lost race, is tried again", () => {
    const throttled = new ApiError(429, { detail: "Too many requests." });
    assert.equal(isTransient(throttled), true);
    assert.match(describeError(throttled)(english), /Wait a minute/);
    assert.equal(isTransient(new ApiError(429, { code: "too-many-at-once" })), true);
  });
});

suite("times in the trim fields", () => {
  test("are read as people write them", () => {
    assert.deepEqual(["", "90", "1:30", "1:02:03", "0:12.5", "0:12,5"].map(parseTime), [
      undefined,
      90,
      90,
      3723,
      12.5,
      12.5,
    ]);
    for (const text of ["soon", "1:", ":30", "1:2:3:4", "-5", "1:99", "1:234", "1:60:00"]) {
      assert.equal(parseTime(text), "invalid", text);
    }
  });

  test("are read in the digits that a keyboard has", () => {
    assert.deepEqual(["١:٣٠", "۱:۳۰", "１：３０", "٠:١٢٫٥"].map(parseTime), [90, 90, 90, 12.5]);
  });

  test("must be in order", () => {
    assert.equal(findOptionsFault("", ""), undefined);
    assert.equal(findOptionsFault("0:10", "0:20"), undefined);
    for (const [start, end] of [
      ["0:20", "0:20"],
      ["", "0"],
    ] as const) {
      const fault = findOptionsFault(start, end);
      assert.equal(fault?.field, "end");
      assert.equal(fault.sentence(english), "The end must come after the start.");
    }
  });

  test("have one fault at a time", () => {
    assert.equal(findOptionsFault("x", "0:20")?.field, "start");
    assert.equal(findOptionsFault("0:10", "1:99")?.field, "end");
    assert.match(findOptionsFault("x", "")?.sentence(english) ?? "", /1:30/);
  });

  test("become the API's options", () => {
    assert.deepEqual(readOptions({ quality: "v0", start: "", end: "1:00" }), {
      quality: "v0",
      endSeconds: 60,
    });
    assert.deepEqual(readOptions({ quality: "v2", start: "", end: "", loudness: -16 }), {
      quality: "v2",
      loudness: -16,
    });
    const tags = { title: "  A\u202e talk ", artist: "", album: undefined };
    assert.deepEqual(readOptions({ quality: "v2", start: "", end: "", tags }), {
      quality: "v2",
      tags: { title: "A talk" },
    });
    const choices = { quality: "speech", start: "", end: "", trimSilence: true } as const;
    assert.deepEqual(readOptions(choices), { quality: "speech", trimSilence: true });
    assert.deepEqual(readOptions({ ...choices, trimSilence: false, acceptIncomplete: true }), {
      quality: "speech",
      acceptIncomplete: true,
    });
  });
});

suite("upload speed", () => {
  test("covers the last seconds, not the whole upload", () => {
    const meter = new SpeedMeter();
    meter.measure(0, 1e9, 0);
    for (let second = 1; second <= 20; second++) meter.measure(second * 1000, 1e9, second * 1000);
    let speed = meter.measure(21_000, 1e9, 21_000);
    for (let second = 22; second <= 40; second++) {
      speed = meter.measure(21_000 + (second - 21) * 50_000, 1e9, second * 1000);
    }
    assert.equal(speed.bytesPerSecond, 50_000);
  });

  test("doesn't count what S3 already had, and isn't negative when a part is sent again", () => {
    const meter = new SpeedMeter();
    assert.equal(meter.measure(500_000, 1e6, 0).secondsLeft, undefined);
    assert.equal(meter.measure(600_000, 1e6, 1000).secondsLeft, 4);
    assert.equal(meter.measure(300_000, 1e6, 2000).bytesPerSecond, 0);
  });
});
