/**
 * Cross-compiles the layer for the other processor, which on most machines is the one that ships to
 * AWS, and runs it in an emulator.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { buildLean } from "../../layers/ffmpeg/build-lean.ts";
import { findMissing, findRunner, readElfArch, readHostArch } from "../../layers/ffmpeg/inspect.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { compareDecodes } from "../media/compare-decodes.ts";
import { compareEncoders } from "../media/compare-encoders.ts";
import { formatSamples } from "../media/format-samples.ts";
import { makeSignal } from "../media/make-signal.ts";

const arch = readHostArch() === "arm64" ? "x86_64" : "arm64";
// A minute, once. Where a step fails it throws, which fails this file.
const lean = await buildLean(arch);

if ("obstacle" in lean) {
  test(`the ${arch} layer`, { skip: `${arch} was not tested: ${lean.obstacle}` });
} else {
  const program = join(lean.directory, "bin/ffmpeg");
  test(`the ${arch} layer's ffmpeg is for ${arch}`, async () => {
    assert.equal(await readElfArch(program), arch);
  });
  const command = findRunner(arch, program);
  if (command) testRunning(command);
  else {
    const skip = `${arch} was compiled but not run: apt-get install qemu-user-static`;
    test(`the ${arch} layer's ffmpeg runs`, { skip });
  }
}

function testRunning(command: readonly string[]): void {
  test(`the ${arch} layer's ffmpeg lacks nothing`, async () => {
    assert.deepEqual(await findMissing(command), []);
  });

  for (const quality of ["v2", "128"] as const) {
    test(`${quality} of the ${arch} layer is the same as this processor's except for rounding`, async () => {
      const host = [(await resolveFfmpeg()).path];
      const format = { sampleRate: 44_100, channels: 2, samples: 5 * 44_100 } as const;
      const wav = makeSignal({ seed: 44_100, ...format });
      await compareEncoders(command, host, wav, { quality, channels: 2 });
    });
  }

  describe(`the ${arch} layer's ffmpeg decodes as a full one does`, {
    concurrency: 2,
  }, async () => {
    const directory = await mkdtemp(join(tmpdir(), `tapedeck-formats-${arch}-`));
    after(() => rm(directory, { recursive: true, force: true }));
    for (const { title, channels, place } of formatSamples) {
      test(title, async () => compareDecodes(command, await place(directory), channels));
    }
  });
}
