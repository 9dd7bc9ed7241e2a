import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-cut-recordings-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 3;
const TONE = `-f lavfi -i sine=d=${SECONDS}:r=48000`;
const PICTURES = `-f lavfi -i testsrc2=s=64x48:r=25:d=${SECONDS}`;

async function make(name: string, args: string): Promise<{ path: string; bytes: Buffer }> {
  const path = join(directory, name);
  await generate(`${TONE} ${args} ${path}`);
  return { path, bytes: await readFile(path) };
}

/** Converts changed bytes of a file, and expects that to work. */
async function convertBytes(path: string, bytes: Buffer, acceptIncomplete = false) {
  const changed = `${path}.${process.hrtime.bigint()}`;
  await writeFile(changed, bytes);
  const { outcome } = await convertFile(changed, { acceptIncomplete });
  assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
  return outcome as Extract<typeof outcome, { kind: "converted" }>;
}

/** Cuts about a third off a recording, inside a packet. */
const cut = (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length * 0.67) | 1);

suite("a recording without a length is incomplete if it ends inside a packet", () => {
  for (const [name, args] of [
    ["adts.aac", "-c:a aac"],
    ["a.ac3", "-c:a ac3"],
    ["44.ac3", "-ar 44100 -c:a ac3"],
    ["a.eac3", "-c:a eac3"],
    ["a.dts", "-c:a dca -strict -2 -ac 2"],
    ["a.mp2", "-c:a mp2"],
    ["22.mp2", "-ar 22050 -c:a mp2"],
    ["a.latm", "-c:a aac -f latm"],
    ["radio.mp3", "-c:a libmp3lame -write_xing 0 -id3v2_version 0"],
    ["tagged.mp3", "-c:a libmp3lame -write_xing 0 -write_id3v1 1 -metadata title=Radio"],
    ["a.thd", "-c:a truehd -strict -2 -f truehd"],
    ["a.mlp", "-c:a mlp -strict -2"],
    ["a.nut", "-c:a aac"],
    ["vorbis.nut", "-c:a libvorbis"],
    ["pcm.nut", `${PICTURES} -c:v mpeg4 -c:a pcm_s16le`],
    ["stream.nut", "-c:a aac -write_index 0"],
    ["a.amr", "-ar 8000 -c:a libopencore_amrnb"],
    ["camera.m2ts", "-c:a ac3 -f mpegts -mpegts_m2ts_mode 1"],
    ["dvd.vob", `${PICTURES} -c:v mpeg2video -c:a ac3 -f vob`],
    ["disc.mpg", `${PICTURES} -c:v mpeg1video -c:a mp2 -f mpeg`],
  ] as const) {
    test(name, async () => {
      const { path, bytes } = await make(name, args);
      const whole = await convertBytes(path, bytes);
      assert.equal(whole.incomplete, undefined);
      assert.deepEqual(whole.notes, []);
      const part = await convertBytes(path, cut(bytes));
      assert.equal(part.incomplete?.reason, "ends-early");
      assert.ok(part.durationSeconds > 1.4, `${part.durationSeconds} s`);
      // Bytes after the last packet don't belong to it. In a NUT they can't be told from a packet.
      if (name === "stream.nut") return;
      const tailed = await convertBytes(path, Buffer.concat([bytes, Buffer.alloc(99, 0x20)]));
      assert.equal(tailed.incomplete, undefined);
      assert.deepEqual(tailed.notes, []);
    });
  }
});

test("so is a segment of a live stream, which begins with a tag", async () => {
  const { path, bytes } = await make("live.aac", "-c:a aac -f adts -write_id3v2 1");
  assert.equal(bytes.toString("latin1", 0, 3), "ID3");
  assert.equal((await convertBytes(path, cut(bytes))).incomplete?.reason, "ends-early");
});

test("an MP3 is truncated if it has fewer frames than its header says", async () => {
  const { path, bytes } = await make("counted.mp3", "-c:a libmp3lame");
  const part = `${path}.part`;
  // This is less than the tolerance for files that don't count their frames.
  const cutShort = bytes.subarray(0, bytes.length - 1500);
  await writeFile(part, cutShort);
  const { outcome } = await convertFile(part);
  assert.deepEqual(
    [outcome.kind, outcome.kind === "failed" && outcome.code],
    ["failed", "truncated"],
  );
  const { incomplete, durationSeconds } = await convertBytes(path, cut(bytes), true);
  assert.equal(incomplete?.reason, "ends-early");
  const sum = durationSeconds + (incomplete?.missingSeconds ?? 0);
  assert.ok(Math.abs(sum - SECONDS) < 0.05, `${sum} s`);
});

test("an audio file with more than two thirds of noise is converted with acceptIncomplete", async () => {
  const { path, bytes } = await make("noise.mp4", "-c:a aac -movflags +faststart");
  const from = bytes.indexOf("mdat", undefined, "latin1") + 4;
  const at = from + Math.floor((bytes.length - from) * 0.2);
  const random = createRandom(1);
  for (let byte = at; byte < bytes.length; byte++) bytes[byte] = Math.floor(random() * 256);
  await writeFile(path, bytes);
  const { outcome } = await convertFile(path);
  assert.equal(outcome.kind === "failed" && outcome.code, "truncated", JSON.stringify(outcome));
  const { incomplete } = await convertBytes(path, bytes, true);
  assert.ok((incomplete?.missingSeconds ?? 0) > 1.5, JSON.stringify(incomplete));
});

test("a broadcast with error correction after each packet is read and cut like others", async () => {
  const { path, bytes } = await make("dvb.ts", "-c:a mp2");
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 188) {
    packets.push(bytes.subarray(at, at + 188), Buffer.alloc(16, 0xee));
  }
  const long = Buffer.concat(packets);
  assert.equal((await convertBytes(path, long)).incomplete, undefined);
  const part = await convertBytes(path, long.subarray(0, long.length - 204 * 20 - 100));
  assert.equal(part.incomplete?.reason, "ends-early");
});

suite("PCM with a 64-bit size beyond the file's end is truncated, or converted as far as it goes", () => {
  for (const [name, args] of [
    ["a.w64", "-c:a pcm_s16le"],
    ["rf64.wav", "-c:a pcm_s16le -rf64 always"],
    ["a.caf", "-c:a pcm_s16be"],
    ["a.au", "-c:a pcm_s16be"],
  ] as const) {
    test(name, async () => {
      const { path, bytes } = await make(name, args);
      assert.equal((await convertBytes(path, bytes)).incomplete, undefined);
      const part = `${path}.part`;
      await writeFile(part, cut(bytes));
      const { outcome } = await convertFile(part);
      assert.deepEqual(
        [outcome.kind, outcome.kind === "failed" && outcome.code],
        ["failed", "truncated"],
      );
      const accepted = await convertBytes(path, cut(bytes), true);
      assert.equal(accepted.incomplete?.reason, "ends-early");
      assert.ok(Math.abs(accepted.durationSeconds - 2) < 0.1, `${accepted.durationSeconds} s`);
    });
  }
});

suite("a gap in a live recording without a length is reported", () => {
  for (const [name, args] of [
    ["live.mkv", "-c:a aac -f matroska -live 1"],
    ["recorder.webm", "-c:a libopus -f webm -live 1"],
    ["flac.mka", "-c:a flac -f matroska -live 1"],
  ] as const) {
    test(name, async () => {
      const { path, bytes } = await make(name, args);
      assert.equal((await convertBytes(path, bytes)).incomplete, undefined);
      const muxer = args.slice(args.indexOf("-f"));
      const drop = "noise=drop=between(pts*tb\\,1\\,2)";
      await generate(`-i ${path} -c copy -bsf:a ${drop} ${muxer} ${path}.gap`);
      const { outcome } = await convertFile(`${path}.gap`);
      assert.equal(outcome.kind, "converted");
      const { incomplete } = outcome as Extract<typeof outcome, { kind: "converted" }>;
      assert.equal(incomplete?.reason, "gaps");
      assert.ok(Math.abs((incomplete?.missingSeconds ?? 0) - 1) < 0.12, JSON.stringify(incomplete));
    });
  }
});

suite("bytes after the end lose nothing", () => {
  const FRAGMENTS = "-f mp4 -movflags +frag_keyframe+empty_moov -frag_duration 500000";
  for (const [name, args] of [
    ["fragments.mp4", `-c:a aac ${FRAGMENTS}`],
    ["mp3.mp4", `-c:a libmp3lame ${FRAGMENTS}`],
    ["short.mp3", "-ar 16000 -c:a libmp3lame -b:a 32k"],
    ["a.wv", "-c:a wavpack"],
    ["a.mp2", "-c:a mp2"],
    ["live.mkv", "-c:a aac -f matroska -live 1"],
    ["recorder.webm", "-c:a libopus -f webm -live 1"],
    ["a.au", "-c:a pcm_s16be"],
    ["mp3.flv", "-ar 44100 -c:a libmp3lame"],
    ["a.tta", "-c:a tta"],
    ["a.flac", "-c:a flac"],
  ] as const) {
    test(name, async () => {
      const { path, bytes } = await make(name, args);
      for (const tail of [Buffer.alloc(5, 0x20), Buffer.alloc(211, 0x20), Buffer.alloc(300)]) {
        const tailed = await convertBytes(path, Buffer.concat([bytes, tail]));
        assert.equal(tailed.incomplete, undefined, `${tail.length} bytes`);
        assert.deepEqual(tailed.notes, [], `${tail.length} bytes`);
      }
    });
  }
});

suite("an MP3 track in an MP4 keeps its gapless start with any kind of index", () => {
  for (const [name, movflags] of [
    ["index.mp4", "+faststart"],
    ["fragments-mp3.mp4", "+frag_keyframe+empty_moov"],
    ["both.mp4", "+frag_keyframe"],
  ] as const) {
    test(name, async () => {
      const { path, bytes } = await make(name, `-c:a libmp3lame -movflags ${movflags}`);
      const { durationSeconds } = await convertBytes(path, bytes);
      // The encoder's first frame is cut off. The last one may have padding.
      assert.ok(durationSeconds - SECONDS < 0.03, `${durationSeconds} s`);
    });
  }
  test("an edit that cuts less than a decoder does", async () => {
    const { path } = await make("to-edit.mp4", "-ar 22050 -c:a libmp3lame");
    await generate(`-ss 0.327 -i ${path} -c copy ${path}.mp4`);
    const { outcome, sink } = await convertFile(`${path}.mp4`);
    assert.ok(outcome.kind === "converted" && outcome.figures.plan.startsWith("stream-copy"));
    const { samples } = await decodeMp3(sink.mp3 as Buffer, directory, 22050);
    assert.equal(Math.round(outcome.durationSeconds * 22050), samples);
  });
  test("cut", async () => {
    const { path, bytes } = await make("cut.mp4", "-ar 16000 -c:a libmp3lame -movflags +faststart");
    const part = await convertBytes(path, cut(bytes), true);
    assert.equal(part.incomplete?.reason, "ends-early");
    const sum = part.durationSeconds + (part.incomplete?.missingSeconds ?? 0);
    assert.ok(Math.abs(sum - SECONDS) < 0.05, JSON.stringify(part));
  });
});
