import assert from "node:assert/strict";
import { test } from "node:test";
import { Quality } from "../../contract/conversion.ts";
import { estimateMp3Bytes } from "../../contract/estimate.ts";

test("an hour's MP3 is estimated for every quality, and grows with the length and the bit rate", () => {
  assert.equal(estimateMp3Bytes("320", 3600), 144_000_000);
  for (const quality of Quality.options) {
    assert.equal(estimateMp3Bytes(quality, 7200), 2 * estimateMp3Bytes(quality, 3600));
    assert(estimateMp3Bytes(quality, 3600) >= estimateMp3Bytes("speech", 3600));
  }
});
