import assert from "node:assert/strict";
import { test } from "node:test";
import { readDiscardSeconds, readMatroskaTrack } from "../../engine/containers/matroska/track.ts";
import { readerOf } from "../fakes/buffer-reader.ts";
import { createRandom } from "../media/random.ts";

const signal = new AbortController().signal;

/** Makes an element whose size takes four bytes. The id is hexadecimal. */
function element(id: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part)),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32BE(0x10000000 + body.length);
  return Buffer.concat([Buffer.from(id, "hex"), size, body]);
}

const HEADER = element("1a45dfa3", element("4282", Buffer.from("matroska")));
/** A codec delay of 25 ms. */
const DELAY = element("56aa", "017d7840");
const ENCRYPTION = element("6d80", element("6240", element("5035")));

const trackWithout = (number: string, type: string, ...parts: Buffer[]) =>
  element("ae", element("d7", number), element("83", type), ...parts);

/** Makes a track. A codec in `parts` comes first, so it counts. */
const track = (number: string, type: string, ...parts: Buffer[]) =>
  trackWithout(number, type, ...parts, element("86", Buffer.from("A_AAC")));

const video = (...parts: Buffer[]) => Buffer.concat([HEADER, element("18538067", ...parts)]);

test("the default audio track's delay is read", async () => {
  const tracks = element(
    "1654ae6b",
    track("01", "01"),
    track("02", "02", element("88", "00"), ENCRYPTION),
    track("03", "02", DELAY),
  );
  assert.deepEqual(await readMatroskaTrack(readerOf(video(element("ec"), tracks)), signal), {
    number: 3,
    isEncrypted: false,
    delaySeconds: 0.025,
    tickSeconds: 0.001,
    hasDuration: true,
    media: undefined,
  });
});

test("audio tracks that ffmpeg ignores aren't counted", async () => {
  const tracks = element(
    "1654ae6b",
    trackWithout("01", "02", ENCRYPTION),
    trackWithout("02", "02", element("86", Buffer.from("V_VP8"))),
    track("03", "02"),
    trackWithout("04", "02", element("86")),
    track("05", "02", DELAY),
  );
  const numbers = [1, 2, 3].map(async (number) => {
    const found = await readMatroskaTrack(readerOf(video(tracks)), signal, { number });
    return found?.number;
  });
  assert.deepEqual(await Promise.all(numbers), [3, 5, undefined]);
});

test("tracks are found after a large element, and after the audio", async () => {
  const tracks = element("1654ae6b", track("01", "02", DELAY, ENCRYPTION));
  const padding = element("ec", Buffer.alloc(200_000));
  const cluster = element("1f43b675", Buffer.alloc(100));
  const chance = element("a3", element("1654ae6b", "7f"));
  for (const parts of [
    [padding, tracks],
    [cluster, tracks],
    [cluster, padding, cluster, tracks, cluster],
    [cluster, chance, tracks],
  ]) {
    const found = await readMatroskaTrack(readerOf(video(...parts)), signal);
    assert.equal(found?.isEncrypted, true);
  }
  assert.equal(await readMatroskaTrack(readerOf(video(cluster, chance)), signal), undefined);
});

test("the decoders of Opus and Vorbis drop the delay themselves", async () => {
  for (const codec of ["A_OPUS", "A_VORBIS"]) {
    const entry = track("01", "02", DELAY, element("86", Buffer.from(codec)));
    const found = await readMatroskaTrack(readerOf(video(element("1654ae6b", entry))), signal);
    assert.equal(found?.delaySeconds, 0, codec);
  }
});

test("the padding of the chosen track's last block is read", async () => {
  const block = (number: string) => element("a1", number, Buffer.alloc(50, 0xa0));
  const discard = element("75a2", "0f4240");
  const tail = element("ec", Buffer.alloc(70_000, 0xa0));
  const bytes = video(
    element("1f43b675", element("a0", block("82"), discard), element("a0", block("81"))),
    tail,
  );
  const seconds = (number: number) =>
    readDiscardSeconds(
      readerOf(bytes),
      {
        ...{ number, isEncrypted: false, delaySeconds: 0.025 },
        ...{ tickSeconds: 0.001, hasDuration: true, media: undefined },
      },
      signal,
    );
  assert.equal(await seconds(2), 0.001);
  assert.equal(await seconds(1), 0);
});

test("damaged headers cause no error", async () => {
  const random = createRandom(5);
  const original = video(element("ec"), element("1654ae6b", track("01", "02", DELAY, ENCRYPTION)));
  for (let round = 0; round < 3000; round++) {
    const bytes = Buffer.from(original);
    for (let flips = 1 + Math.floor(random() * 4); flips > 0; flips--) {
      bytes[Math.floor(random() * bytes.length)] =
        random() < 0.5 ? 0xff : Math.floor(random() * 256);
    }
    const found = await readMatroskaTrack(readerOf(bytes), signal);
    if (found) await readDiscardSeconds(readerOf(bytes), found, signal);
  }
});
