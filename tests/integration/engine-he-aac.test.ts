import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { promisify } from "node:util";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { findSweepLag, SWEEP_SECONDS } from "../media/sweep.ts";

/**
 * The core of HE-AAC has half the rate, and the core of HE-AAC v2 is mono as well. ffmpeg has no
 * encoder for them: tests/media/he-aac.m4a and he-aac-v2.m4a are the sweep of tests/media/sweep.ts,
 * 3 s at 44.1 kHz in stereo, made by Debian's fdkaac 1.0.0 with `-p 5` and `-p 29`, and
 * `-b 24000 -G 2 --include-sbr-delay`: with edit list and iTunes' tag, counted by the core's rate.
 */
const SAMPLES = {
  "he-aac": { config: "139056e5a0", hierarchical: "2b92080000" },
  "he-aac-v2": { config: "138856e5a54880", hierarchical: "eb8a0800000000" },
};
const RATE = 44100;
const LENGTH = SWEEP_SECONDS * RATE;

const run = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), "engine-he-aac-"));
after(() => rm(directory, { recursive: true }));

async function convertHere(path: string) {
  const { outcome, sink } = await convertFile(path);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { stderr } = await probe(sink.mp3 as Buffer);
  assert.match(stderr, /Audio: mp3.*, 44100 Hz, stereo/);
  const { samples, pcm } = await decodeMp3(sink.mp3 as Buffer, directory, RATE);
  assert.equal(samples, Math.round(outcome.durationSeconds * RATE));
  return { samples, pcm };
}

async function probe(mp3: Buffer) {
  const path = join(directory, "probed.mp3");
  await writeFile(path, mp3);
  return run(await findFullFfmpeg(), ["-hide_banner", "-i", path, "-f", "null", "-"]);
}

/** Replaces all occurrences of some bytes by as many others. */
function replaceBytes(bytes: Buffer, from: Buffer, to: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  assert.ok(copy.includes(from) && from.length === to.length);
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) to.copy(copy, at);
  return copy;
}

for (const [name, { config, hierarchical }] of Object.entries(SAMPLES)) {
  suite(name, { concurrency: 1 }, () => {
    const original = join(import.meta.dirname, `../media/${name}.m4a`);

    const change = async (label: string, edit: (bytes: Buffer) => Buffer) => {
      const path = join(directory, `${name}-${label}.m4a`);
      await writeFile(path, edit(await readFile(original)));
      return path;
    };
    const remux = async (ending: string, ...args: string[]) => {
      const path = join(directory, `${name}-remuxed.${ending}`);
      const ffmpeg = await findFullFfmpeg();
      await run(ffmpeg, ["-v", "error", "-y", "-i", original, "-c", "copy", ...args, path]);
      return path;
    };
    const assertExact = async (path: string) => {
      const { samples, pcm } = await convertHere(path);
      const lag = findSweepLag(pcm, RATE);
      assert.equal(samples, LENGTH);
      assert.ok(lag !== undefined && Math.abs(lag) <= 1, `lag ${lag}`);
    };

    test("comes out whole if the index counts at the core's rate", () => assertExact(original));

    test("comes out whole if the index counts at the doubled rate", async () => {
      await assertExact(await remux("mp4"));
      await assertExact(await remux("mov"));
    });

    test("comes out whole if only iTunes' tag has its length", async () => {
      const hideEdits = (bytes: Buffer) =>
        replaceBytes(bytes, Buffer.from("edts"), Buffer.from("free"));
      await assertExact(await change("itunes", hideEdits));
    });

    test("comes out whole if only the frames show the doubled rate", async () => {
      // Without the extension's mark the decoder config is plain AAC-LC.
      const from = Buffer.from(config, "hex");
      const to = Buffer.concat([from.subarray(0, 2), Buffer.alloc(from.length - 2)]);
      await assertExact(await change("implicit", (bytes) => replaceBytes(bytes, from, to)));
    });

    test("comes out whole if the extension comes first in the decoder config", async () => {
      const [from, to] = [Buffer.from(config, "hex"), Buffer.from(hierarchical, "hex")];
      await assertExact(await change("hierarchical", (bytes) => replaceBytes(bytes, from, to)));
    });

    test("comes out in stereo if the sample entry says mono", async () => {
      const entry = (channels: number) => Buffer.from([0, channels, 0, 16, 0, 0, 0, 0, 86, 34]);
      await assertExact(await change("mono", (bytes) => replaceBytes(bytes, entry(2), entry(1))));
    });

    test("loses its priming in fragments", async () => {
      const path = await remux("mp4", "-movflags", "+frag_keyframe+delay_moov");
      const { samples, pcm } = await convertHere(path);
      const lag = findSweepLag(pcm, RATE);
      // The end isn't declared, so up to a frame of padding remains.
      assert.ok(samples >= LENGTH && samples < LENGTH + 2048, `${samples} samples`);
      assert.ok(lag !== undefined && Math.abs(lag) <= 1, `lag ${lag}`);
    });

    test("comes out with all its frames if nothing declares priming", async () => {
      const frames = name === "he-aac" ? 68 : 69;
      for (const ending of ["aac", "ts", "flv"]) {
        const { samples } = await convertHere(await remux(ending));
        assert.equal(samples, frames * 2048, ending);
      }
    });
  });
}
