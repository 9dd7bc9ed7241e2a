import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { AdtsSource } from "../../engine/containers/mp4/adts.ts";
import { AudioOnlySource } from "../../engine/containers/mp4/audio-only-source.ts";
import { readMovie } from "../../engine/containers/mp4/movie.ts";
import { toArguments } from "../../engine/ffmpeg/arguments.ts";
import { inputArguments } from "../../engine/ffmpeg/demuxers.ts";
import { type LoopbackServer, startLoopbackServer } from "../../engine/ffmpeg/loopback-server.ts";
import { RangeReader } from "../../engine/reading/range-reader.ts";
import { planReads } from "../../engine/reading/read-plan.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { openFileSource } from "../media/file-source.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

/**
 * Plain AAC goes to the decoder as ADTS, which has no index. It must give the same samples as the MP4
 * with one track.
 */
const run = promisify(execFile);
const { path: ffmpeg } = await resolveFfmpeg();
const directory = await mkdtemp(join(tmpdir(), "engine-adts-"));
after(() => rm(directory, { recursive: true }));

async function openMovie(path: string) {
  const { signal } = new AbortController();
  const reader = new RangeReader(openFileSource(path));
  const movie = await readMovie(reader, signal);
  assert.ok(movie.kind === "indexed");
  const { header, extents, adts } = movie;
  const mp4 = new AudioOnlySource(reader, header, extents, planReads(extents));
  return { mp4, adts: adts && new AdtsSource((ended) => mp4.readTrack(ended), adts) };
}

async function decode(server: LoopbackServer) {
  await using closed = server;
  const { stdout, stderr } = await run(
    ffmpeg,
    ["-v", "warning", ...inputArguments({ url: closed.url }), "-f", "s16le", "-"],
    { encoding: "buffer", maxBuffer: 1 << 28 },
  );
  // ffmpeg prints this for every ADTS file.
  const messages = `${stderr}`.replace(/^.*Estimating duration from bitrate.*\n/gm, "");
  assert.equal(messages, "");
  return stdout;
}

const LAYOUTS = { mono: 1, stereo: 2, "5.1": 6 };

for (const [layout, channels] of Object.entries(LAYOUTS)) {
  for (const rate of [32_000, 44_100, 48_000, 96_000]) {
    test(`${layout} at ${rate} Hz is the same by ADTS and by MP4`, async () => {
      const path = join(directory, `${layout}-${rate}.mp4`);
      const sound = Array(channels).fill("0.4*random(0)*sin(600*t*t)").join("|");
      await run(await findFullFfmpeg(), [
        ...toArguments({
          v: "error",
          f: "lavfi",
          i: `aevalsrc=${sound}:c=${layout}:s=${rate}:d=5`,
        }),
        ...toArguments({ f: "lavfi", i: "testsrc2=s=160x120:r=25:d=5", "c:a": "aac" }),
        path,
      ]);
      const { mp4, adts } = await openMovie(path);
      assert.ok(adts);
      const heard = await decode(await startLoopbackServer(adts));
      const expected = await decode(await startLoopbackServer(mp4));
      assert.ok(expected.length >= 5 * rate * channels * 2);
      assert.ok(heard.subarray(0, expected.length).equals(expected));
      // The MP4 says how much of its last packet is padding. ADTS doesn't.
      assert.ok(heard.length - expected.length < 1024 * channels * 2);
    });
  }
}

for (const [name, args] of Object.entries({
  "24 kHz, which may be HE-AAC": ["-c:a", "aac", "-ar", "24000"],
  "an odd layout": ["-c:a", "aac", "-af", "pan=2.1|c0=c0|c1=c0|c2=c0"],
  "times that don't match the sample rate": ["-c:a", "aac", "-bsf:a", "setts=pts=PTS*2:dts=DTS*2"],
  "another codec": ["-c:a", "alac"],
})) {
  test(`${name} stays an MP4`, async () => {
    const path = join(directory, `${name.replaceAll(/\W/g, "-")}.m4a`);
    const sine = ["-f", "lavfi", "-i", "sine=r=48000:d=1"];
    await run(await findFullFfmpeg(), ["-v", "error", ...sine, ...args, path]);
    assert.equal((await openMovie(path)).adts, undefined);
  });
}

test("a table of sizes is ignored if there is one size for all samples", async () => {
  const path = join(directory, "uniform.m4a");
  const sine = ["-f", "lavfi", "-i", "sine=r=48000:d=2"];
  await run(await findFullFfmpeg(), ["-v", "error", ...sine, "-c:a", "aac", path]);
  assert.ok((await openMovie(path)).adts);
  const bytes = await readFile(path);
  bytes.writeUInt32BE(20, bytes.indexOf("stsz") + 8);
  await writeFile(path, bytes);
  assert.equal((await openMovie(path)).adts, undefined);
});
