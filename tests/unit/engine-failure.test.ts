import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure, OutsideFault, toFailure } from "../../engine/failure.ts";
import { findEarlyEnd } from "../../engine/track/missing-audio.ts";

test("an error with another cause than the file is thrown again", () => {
  const noMemory = Object.assign(new Error("spawn ENOMEM"), { code: "ENOMEM", syscall: "spawn" });
  for (const error of [new OutsideFault("the source can't be read"), noMemory]) {
    assert.throws(
      () => toFailure(error),
      (thrown) => thrown === error,
    );
  }
});

test("a parser's error is the file's fault, and no operator is needed", () => {
  assert.deepEqual(toFailure(new Failure("encrypted", "sample entry enca")), {
    code: "encrypted",
    detail: "sample entry enca",
  });
  assert.throws(
    () => Buffer.alloc(2).readUInt32BE(0),
    (error) => {
      assert.equal(toFailure(error).code, "damaged");
      assert.equal(toFailure(error).cause, undefined);
      return true;
    },
  );
});

test("any other error is permanent, too, and is kept for the operator", () => {
  const error = new TypeError("undefined is not iterable");
  assert.deepEqual(toFailure(error), {
    code: "damaged",
    detail: `TypeError: ${error.message}`,
    cause: error,
  });
  assert.equal(toFailure("a string").cause?.message, "a string");
});

test("if a demuxer gives up, the recording ends early, whatever ffmpeg's exit code", () => {
  const messages = "[in#0/ogg @ 0x55] Error during demuxing: Not yet implemented in FFmpeg\n";
  const end = { succeeded: true, code: 0, signal: null, messages };
  assert.equal(findEarlyEnd([end])?.isInterrupted, true);
  assert.equal(findEarlyEnd([{ ...end, messages: "" }]), undefined);
});
