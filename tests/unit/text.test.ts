import assert from "node:assert/strict";
import { test } from "node:test";
import { shortenText, toDisplayText } from "../../contract/text.ts";

const limits = { maxGraphemes: 5, maxBytes: 100 };

test("text within its limits is unchanged", () => {
  for (const text of ["", "Größe", "12345", "👩‍👩‍👧‍👦".repeat(4)])
    assert.equal(shortenText(text, limits), text);
});

test("a cut falls between what readers see as characters", () => {
  assert.equal(shortenText("123456", limits), "1234…");
  assert.equal(shortenText("👩‍👩‍👧‍👦🇦🇹é😀日本", limits), "👩‍👩‍👧‍👦🇦🇹é😀…");
  // 25 bytes each: the fourth would fit, but not the "…" after it.
  assert.equal(shortenText("👩‍👩‍👧‍👦".repeat(5), limits), `${"👩‍👩‍👧‍👦".repeat(3)}…`);
});

test("any text comes out well-formed and within its limit of bytes", () => {
  const zalgo = `a${"\u0301".repeat(1_000_000)}`;
  const emoji = "😀".repeat(200);
  const half = "\ud83d".repeat(200);
  for (const start of ["", "a", "ab", "abc"]) {
    for (const text of [zalgo, emoji, half, `${emoji}${half}`, "x".repeat(1_000_000)]) {
      const short = shortenText(start + text, { maxGraphemes: 200, maxBytes: 99 });
      assert(short.isWellFormed());
      assert(Buffer.byteLength(short) <= 99);
      assert.match(short, /…$/);
    }
  }
});

test("a name can't look like another one on the page or in an email", () => {
  assert.equal(toDisplayText("exe.\u202e4pm"), "exe.4pm");
  assert.equal(toDisplayText("\u2067a\u2069\u200fb\u061c"), "ab");
  assert.equal(toDisplayText(" one\r\n\ttwo\u2028three\u0007\u009b "), "one two three");
  // Emoji and Persian words need joiners.
  assert.equal(toDisplayText("👩‍👧 نمی‌خواهم"), "👩‍👧 نمی‌خواهم");
});
