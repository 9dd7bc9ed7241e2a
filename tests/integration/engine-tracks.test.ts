import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { FileSource } from "../../client/node/file-source.ts";
import { writeSoundtrack } from "../../client/node/soundtrack-file.ts";
import type { EngineOptions, Outcome } from "../../engine/types.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { editBox, u32 } from "../media/edit-boxes.ts";
import { generate } from "../media/make-media.ts";
import { makeWav } from "../media/make-wav.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-tracks-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 3;
const codeOf = (outcome: Outcome) => (outcome.kind === "failed" ? outcome.code : outcome.kind);

async function make(name: string, args: string): Promise<Buffer> {
  const path = join(directory, name);
  await generate(`${args} ${path}`);
  return readFile(path);
}

async function convertBytes(name: string, bytes: Buffer, options?: Partial<EngineOptions>) {
  const path = join(directory, `changed-${name}`);
  await writeFile(path, bytes);
  return convertFile(path, options);
}

/** Two audio tracks: 440 Hz, then 1,000 Hz. */
const TWO = `-f lavfi -i sine=440:d=${SECONDS} -f lavfi -i sine=1000:d=${SECONDS} -map 0:a -map 1:a`;

/** Recognises a tone by counting zero crossings. */
async function readHertz(mp3: Buffer | undefined, channel = 0): Promise<number> {
  assert.ok(mp3);
  const { pcm, samples } = await decodeMp3(mp3, directory, 48_000);
  let crossings = 0;
  const [start, end] = [0.2 * samples, 0.8 * samples].map(Math.floor) as [number, number];
  for (let n = start; n < end; n++) {
    const at = 2 * n + channel;
    if ((pcm[at] ?? 0) >= 0 !== (pcm[at - 2] ?? 0) >= 0) crossings++;
  }
  return crossings / 2 / ((end - start) / 48_000);
}

async function assertSecondTrack(name: string, bytes: Buffer): Promise<void> {
  const { outcome, sink } = await convertBytes(name, bytes);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  assert.ok(Math.abs(outcome.durationSeconds - SECONDS) < 0.05, `${outcome.durationSeconds} s`);
  assert.match(JSON.stringify(outcome.notes), /another-track/);
  const hertz = await readHertz(sink.mp3);
  assert.ok(Math.abs(hertz - 1000) < 20, `${hertz} Hz`);
}

const STBL = ["moov", "trak", "mdia", "minf", "stbl"];
const emptyTrack = (bytes: Buffer) =>
  ["stts", "stsc", "stco", "stsz"].reduce(
    (movie, table) => editBox(movie, [...STBL, table], () => u32(0, 0, 0)),
    bytes,
  );
const renameEntry = (bytes: Buffer, name: string) =>
  editBox(bytes, [...STBL, "stsd"], (body) => {
    body.write(name, 12, "latin1");
    // Without `esds` the codec is unknown.
    body.write("free", body.indexOf("esds"), "latin1");
    return body;
  });

/** Drops the packets of a PID from a transport stream. */
function dropPid(bytes: Buffer, pid: number): Buffer {
  const packets = Array.from({ length: bytes.length / 188 }, (_, index) =>
    bytes.subarray(index * 188, (index + 1) * 188),
  );
  return Buffer.concat(packets.filter((packet) => (packet.readUInt16BE(1) & 0x1fff) !== pid));
}

suite("if the first track can't be converted, the next one is", { concurrency: 1 }, async () => {
  const mp4 = await make("two.mp4", `${TWO} -c:a aac -use_editlist 0`);
  test("MP4, empty", () => assertSecondTrack("a.mp4", emptyTrack(mp4)));
  for (const entry of ["apac", "xxxx", "enca"]) {
    test(`MP4, ${entry}`, () => assertSecondTrack("a.mp4", renameEntry(mp4, entry)));
  }
  test("Matroska, unknown codec", async () => {
    const mkv = await make("two.mkv", `${TWO} -c:a:0 flac -c:a:1 aac`);
    mkv.write("A_XYZA", mkv.indexOf("A_FLAC"), "latin1");
    await assertSecondTrack("a.mkv", mkv);
  });
  test("transport stream, no packets", async () => {
    const ts = await make("two.ts", `${TWO} -c:a mp2`);
    await assertSecondTrack("a.ts", dropPid(ts, 0x100));
  });
  test("without another track, the first track's failure counts", async () => {
    const one = await make("one.mp4", `-f lavfi -i sine=d=${SECONDS} -c:a aac -use_editlist 0`);
    assert.equal(codeOf((await convertBytes("b.mp4", emptyTrack(one))).outcome), "no-audio-track");
    const unknown = await convertBytes("b.mp4", renameEntry(one, "apac"));
    assert.equal(codeOf(unknown.outcome), "unsupported-codec");
    const protectedAudio = await convertBytes("b.mp4", renameEntry(one, "aavd"));
    assert.equal(codeOf(protectedAudio.outcome), "encrypted");
    const ts = await make("one.ts", `-f lavfi -i sine=d=${SECONDS} -c:a mp2`);
    assert.equal(
      codeOf((await convertBytes("b.ts", dropPid(ts, 0x100))).outcome),
      "no-audio-track",
    );
  });
});

suite("left and right in separate tracks become stereo", { concurrency: 1 }, () => {
  const name = (tag: string, first: string, second: string) =>
    `-metadata:s:a:0 ${tag}=${first} -metadata:s:a:1 ${tag}=${second}`;
  const sides = `-f lavfi -i aevalsrc=sin(2*PI*440*t):c=FL:d=${SECONDS} -f lavfi -i aevalsrc=sin(2*PI*1000*t):c=FR:d=${SECONDS} -map 0:a -map 1:a`;
  const cases: [name: string, args: string, leftHertz: number][] = [
    ["layouts.mov", `${sides} -c:a pcm_s16le`, 440],
    ["handlers.mp4", `${TWO} -c:a aac ${name("handler_name", "Left", "Right")}`, 440],
    ["swapped.mp4", `${TWO} -c:a aac ${name("handler_name", "Right", "Left")}`, 1000],
    ["titles.mkv", `${TWO} -c:a flac ${name("title", "L", "R")}`, 440],
  ];
  for (const [file, args, leftHertz] of cases) {
    test(file, async () => {
      const { outcome, sink } = await convertBytes(file, await make(file, args));
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.match(JSON.stringify(outcome.notes), /stereo-pair/);
      assert.ok(Math.abs(outcome.durationSeconds - SECONDS) < 0.05, `${outcome.durationSeconds} s`);
      for (const [channel, hertz] of [leftHertz, 1440 - leftHertz].entries()) {
        const heard = await readHertz(sink.mp3, channel);
        assert.ok(Math.abs(heard - hertz) < 20, `${heard} Hz in channel ${channel}`);
      }
    });
  }
  for (const [file, codec] of [
    ["chosen.mp4", "-c:a aac"],
    ["chosen-fragments.mp4", "-c:a aac -movflags frag_keyframe+empty_moov"],
    ["chosen.mkv", "-c:a flac"],
    ["chosen.mov", "-c:a pcm_s16le"],
  ] as const) {
    test(`if the user says which is which: ${file}`, async () => {
      const bytes = await make(file, `${TWO} ${codec} ${name("handler_name", "Anna", "Ben")}`);
      for (const [audioTrack, rightTrack, leftHertz] of [
        [1, 2, 440],
        [2, 1, 1000],
      ] as const) {
        const { outcome, sink } = await convertBytes(file, bytes, { audioTrack, rightTrack });
        assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
        assert.ok(Math.abs(outcome.durationSeconds - SECONDS) < 0.05, `${outcome.durationSeconds}`);
        for (const [channel, hertz] of [leftHertz, 1440 - leftHertz].entries()) {
          const heard = await readHertz(sink.mp3, channel);
          assert.ok(Math.abs(heard - hertz) < 20, `${heard} Hz in channel ${channel}`);
        }
      }
    });
  }

  test("unless the tracks aren't mono or differ in rate", async () => {
    const refuse = async (file: string, args: string, rightTrack = 2) => {
      const bytes = await make(file, args);
      return codeOf((await convertBytes(file, bytes, { audioTrack: 1, rightTrack })).outcome);
    };
    assert.equal(await refuse("stereo.mp4", `${TWO} -ac:a:1 2 -c:a aac`), "not-a-pair");
    assert.equal(await refuse("stereo.mkv", `${TWO} -ac:a:0 2 -c:a flac`), "not-a-pair");
    assert.equal(await refuse("rates.mkv", `${TWO} -ar:a:1 48000 -c:a flac`), "not-a-pair");
    for (const file of ["third.mp4", "third.mkv"]) {
      assert.equal(await refuse(file, `${TWO} -c:a aac`, 3), "no-such-track");
    }
    const one = `-f lavfi -i sine=d=${SECONDS} -c:a pcm_s16le`;
    assert.equal(await refuse("one.wav", one), "no-such-track");
  });

  test("but not two languages", async () => {
    const args = `${TWO} -c:a aac ${name("handler_name", "English", "German")}`;
    const { outcome, sink } = await convertBytes("two.mp4", await make("languages.mp4", args));
    assert.deepEqual(outcome.kind === "converted" && outcome.notes, []);
    assert.ok(Math.abs((await readHertz(sink.mp3)) - 440) < 20);
  });
  test("nor if the other one is cut off", async () => {
    const args = `${TWO} -c:a aac -movflags +faststart ${name("handler_name", "Left", "Right")}`;
    const mp4 = await make("cut.mp4", args);
    const { outcome } = await convertBytes("cut.mp4", mp4.subarray(0, mp4.length - 2000));
    assert.equal(codeOf(outcome), "truncated");
  });
  test("nor if one of them is chosen", async () => {
    const args = `${TWO} -c:a aac ${name("handler_name", "Left", "Right")}`;
    const mp4 = await make("sides.mp4", args);
    const { outcome, sink } = await convertBytes("sides.mp4", mp4, { audioTrack: 2 });
    assert.deepEqual(outcome.kind === "converted" && outcome.notes, []);
    for (const channel of [0, 1]) {
      assert.ok(Math.abs((await readHertz(sink.mp3, channel)) - 1000) < 20);
    }
  });
});

/** Three audio tracks. Players play the second. */
const TONES = [440, 1000, 1700];
const THREE = [
  ...TONES.map((hertz) => `-f lavfi -i sine=${hertz}:d=${SECONDS}`),
  "-map 0:a -map 1:a -map 2:a -disposition:a:0 0 -disposition:a:1 default -disposition:a:2 0",
].join(" ");
const PICTURES = `-f lavfi -i color=s=320x240:r=25:d=${SECONDS}`;

async function assertTone(mp3: Buffer | undefined, number: number): Promise<void> {
  const hertz = await readHertz(mp3);
  assert.ok(Math.abs(hertz - (TONES[number - 1] ?? 0)) < 20, `track ${number}: ${hertz} Hz`);
}

suite("a number chooses the track by the file's order", { concurrency: 1 }, () => {
  for (const [name, args, canExtract] of [
    ["three.mp4", "-c:a aac", true],
    ["fragmented.mp4", "-c:a aac -movflags +empty_moov -frag_duration 1000000", true],
    ["three.mkv", "-c:a aac", true],
    ["three.ts", "-c:a mp2", false],
    ["three.mxf", "-c:a pcm_s16le -ar 48000 -ac 1 -c:v mpeg2video", false],
  ] as const) {
    test(name, async () => {
      const inputs = name.endsWith("mxf")
        ? THREE.replace("-map", `${PICTURES} -map 3:v -map`)
        : THREE;
      const bytes = await make(name, `${inputs} ${args}`);
      for (const number of TONES.keys().map((index) => index + 1)) {
        const { outcome, sink } = await convertBytes(name, bytes, { audioTrack: number });
        assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
        assert.deepEqual(outcome.notes, []);
        await assertTone(sink.mp3, number);
        const path = join(directory, "soundtrack");
        const extraction = await writeSoundtrack(
          await FileSource.open(join(directory, name)),
          path,
          {
            audioTrack: number,
            onFraction: () => {},
            signal: AbortSignal.timeout(60_000),
          },
        );
        assert.equal(extraction.kind, canExtract ? "extracted" : "unavailable");
        if (canExtract) await assertTone((await convertFile(path)).sink.mp3, number);
      }
      const { outcome } = await convertBytes(name, bytes, { audioTrack: 4 });
      assert.ok(outcome.kind === "failed");
      assert.equal(outcome.code, "no-such-track");
      assert.equal(outcome.detail, "audio track 4 of 3");
    });
  }
  test("and no other track, even if that one can't be converted", async () => {
    const two = await make("two.mp4", `${TWO} -c:a aac -use_editlist 0`);
    const convertFirst = async (bytes: Buffer) =>
      codeOf((await convertBytes("c.mp4", bytes, { audioTrack: 1 })).outcome);
    assert.equal(await convertFirst(emptyTrack(two)), "no-such-track");
    assert.equal(await convertFirst(renameEntry(two, "apac")), "unsupported-codec");
    const ts = await make("two.ts", `${TWO} -c:a mp2`);
    const { outcome } = await convertBytes("c.ts", dropPid(ts, 0x100), { audioTrack: 1 });
    assert.equal(codeOf(outcome), "no-such-track");
    const second = await convertBytes("c.mp4", emptyTrack(two), { audioTrack: 2 });
    assert.equal(codeOf(second.outcome), "converted", "an empty track has a number, too");
  });
});

suite("scrambled streams are encrypted", { concurrency: 1 }, () => {
  for (const codec of ["aac", "ac3", "mp2"]) {
    test(`transport stream with ${codec}`, async () => {
      const ts = await make("clear.ts", `-f lavfi -i anoisesrc=d=${SECONDS} -c:a ${codec}`);
      for (let at = 0; at < ts.length; at += 188) {
        if ((ts.readUInt16BE(at + 1) & 0x1fff) !== 0x100) continue;
        ts[at + 3] = (ts[at + 3] ?? 0) | 0x80;
        for (let n = at + 8; n < at + 188; n++) ts[n] = ((ts[n] ?? 0) * 31 + n) & 0xff;
      }
      assert.equal(codeOf((await convertBytes("a.ts", ts)).outcome), "encrypted");
    });
  }
  test("program stream of a disc", async () => {
    const vob = await make("clear.vob", `-f lavfi -i anoisesrc=d=${SECONDS} -c:a ac3 -f vob`);
    for (let at = vob.indexOf("000001bd", 0, "hex"); at >= 0; ) {
      const end = at + 6 + vob.readUInt16BE(at + 4);
      vob[at + 6] = (vob[at + 6] ?? 0) | 0x30;
      for (let n = at + 30; n < end; n++) vob[n] = ((vob[n] ?? 0) * 31 + n) & 0xff;
      at = vob.indexOf("000001bd", end, "hex");
    }
    assert.equal(codeOf((await convertBytes("a.vob", vob)).outcome), "encrypted");
  });
});

suite("channels without a layout are mixed, and none is left out", { concurrency: 1 }, () => {
  for (const channels of [9, 10, 12, 16, 32, 60]) {
    test(`${channels} channels`, async () => {
      // All channels but the last are loud and equal: the sum must not clip, and the last must not
      // be lost.
      const tone = (n: number) => Math.sin((2 * Math.PI * 440 * n) / 48_000);
      for (const isLastOnly of [false, true]) {
        const wav = makeWav(48_000, channels, (n, channel) =>
          !isLastOnly || channel === channels - 1 ? tone(n) : 0,
        );
        const { outcome, sink } = await convertBytes("a.wav", wav);
        assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
        assert.match(JSON.stringify(outcome.notes), /became one/);
        const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, 48_000);
        const peak = pcm.subarray(20_000, 70_000).reduce((most, value) => Math.max(most, value), 0);
        // A mono MP3 is 3 dB lower on each of two speakers.
        const expected = Math.SQRT1_2 * (isLastOnly ? 1 / channels : 1);
        assert.ok(Math.abs(peak - expected) < 0.02, `${peak} for ${expected}`);
      }
    });
  }
  test("ambisonics keep their sides", async () => {
    const from = "-f lavfi -i sine=d=2 -filter_complex";
    for (const [y, loud, silent] of [
      ["c1=c0", 0, 1],
      ["c1=-1*c0", 1, 0],
    ] as const) {
      const path = join(directory, "ambisonic.opus");
      const pan = `pan=ambisonic␣1|c0=c0|${y}|c2=0*c0|c3=0*c0`;
      await generate(`${from} ${pan} -c:a libopus -mapping_family 2 ${path}`);
      const { outcome, sink } = await convertFile(path);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, 48_000);
      const peaks = [0, 1].map((channel) =>
        pcm.reduce((most, value, at) => (at % 2 === channel ? Math.max(most, value) : most), 0),
      );
      assert.ok((peaks[loud] ?? 0) > 5 * (peaks[silent] ?? 0), peaks.join());
    }
  });
});

test("a few samples are a recording", async () => {
  for (const samples of [20, 100, 2000]) {
    const path = join(directory, "short.wav");
    await writeFile(
      path,
      makeWav(samples, 2, (n) => Math.sin(n / 20)),
    );
    for (const file of [path, path.replace("wav", "flac")]) {
      if (file !== path) await generate(`-i ${path} ${file}`);
      const { outcome } = await convertFile(file);
      assert.ok(outcome.kind === "converted", `${file} ${samples}: ${JSON.stringify(outcome)}`);
      assert.equal(Math.round(outcome.durationSeconds * 48_000), samples);
    }
  }
});

suite("audio that begins after the probed bytes is found", { concurrency: 1 }, () => {
  for (const [ending, codec] of [
    ["ts", "mp2"],
    ["ts", "aac"],
    ["mpg", "mp2"],
  ] as const) {
    test(`${ending}, ${codec}`, async () => {
      const path = join(directory, `late.${ending}`);
      const noise = "-f lavfi -i nullsrc=s=160x120:r=25:d=19,geq=random(1)*255:128:128";
      const video = "-c:v mpeg2video -b:v 4M -minrate 4M -maxrate 4M -bufsize 1M";
      const late = `-itsoffset 16 -f lavfi -i sine=d=${SECONDS}`;
      await generate(`${noise} ${late} -map 0:v -map 1:a ${video} -c:a ${codec} ${path}`);
      const { outcome } = await convertFile(path);
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
      assert.ok(Math.abs(outcome.durationSeconds - SECONDS) < 0.06, `${outcome.durationSeconds} s`);
    });
  }
});
