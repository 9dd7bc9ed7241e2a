import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { promisify } from "node:util";
import { unprobedAudio } from "../../layers/ffmpeg/formats.ts";
import { convertFile, decodeMp3 } from "../media/convert-file.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-read-by-name-"));
after(() => rm(directory, { recursive: true }));

const SECONDS = 3;
const RATE = 48_000;
const TONE = `-f lavfi -i aevalsrc=0.4*sin(2*PI*(300+100*t)*t):s=16000:d=${SECONDS} -ac 1`;

/** By ending: ffmpeg's arguments for such a file, or its bytes per second if any bytes are audio. */
const FORMATS: Record<string, { format: string; made: string | number; rate?: number }> = {
  g722: { format: "g722", made: "-c:a g722 -f g722" },
  g723: { format: "g723_1", made: "-ar 8000 -c:a g723_1 -b:a 6.3k -f g723_1" },
  g728: { format: "g728", made: 2000 },
  g729: { format: "g729", made: 1000 },
  alaw: { format: "alaw", made: "-ar 8000 -c:a pcm_alaw -f alaw", rate: 8000 },
  ulaw: { format: "mulaw", made: "-ar 8000 -c:a pcm_mulaw -f mulaw", rate: 8000 },
  sln: { format: "s16le", made: "-ar 8000 -c:a pcm_s16le -f s16le", rate: 8000 },
};

async function make(ending: string, made: string | number): Promise<string> {
  const path = join(directory, `a.${ending}`);
  if (typeof made === "string") await generate(`${TONE} ${made} ${path}`);
  else {
    const random = createRandom(made);
    const bytes = Array.from({ length: made * SECONDS }, () => Math.floor(256 * random()));
    await writeFile(path, Buffer.from(bytes));
  }
  return path;
}

/** Decodes a file of a given format with a full ffmpeg. */
async function decode(path: string, format: string, rate?: number): Promise<Float32Array> {
  const input = ["-f", format, ...(rate ? ["-ar", `${rate}`] : []), "-i", path];
  const output = ["-f", "f32le", "-ac", "2", "-ar", `${RATE}`, "-"];
  const { stdout } = await promisify(execFile)(
    await findFullFfmpeg(),
    ["-v", "error", ...input, ...output],
    { encoding: "buffer", maxBuffer: 1 << 26 },
  );
  return new Float32Array(
    stdout.buffer.slice(stdout.byteOffset, stdout.byteOffset + stdout.length),
  );
}

const power = (pcm: Float32Array) => pcm.reduce((sum, sample) => sum + sample * sample, 0);

/** Returns how alike two recordings are: 1 if they differ only in loudness. */
function correlate(a: Float32Array, b: Float32Array): number {
  const length = Math.min(a.length, b.length);
  let sum = 0;
  for (let n = 0; n < length; n++) sum += (a[n] as number) * (b[n] as number);
  return sum / Math.sqrt(power(a.subarray(0, length)) * power(b.subarray(0, length)));
}

suite("audio without a header is read by the ending of its name, with a note", () => {
  for (const [ending, { format, made, rate }] of Object.entries(FORMATS)) {
    test(ending, async () => {
      const path = await make(ending, made);
      for (const fileEnding of [ending, ending.toUpperCase()]) {
        const { outcome, sink } = await convertFile(path, { fileEnding, quality: "320" });
        assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
        assert.deepEqual(
          outcome.notes?.map(({ code }) => code),
          ["read-by-name"],
        );
        assert.ok(Math.abs(outcome.durationSeconds - SECONDS) < 0.05, `${outcome.durationSeconds}`);
        const { pcm } = await decodeMp3(sink.mp3 as Buffer, directory, RATE);
        const alike = correlate(pcm, await decode(path, format, rate));
        assert.ok(alike > 0.9, `${alike}`);
      }
      const unnamed = (await convertFile(path)).outcome;
      assert.equal(unnamed.kind === "failed" && unnamed.code, "not-media");
    });
  }

  test("every such format is tried", () => {
    for (const { name, endings } of unprobedAudio) {
      assert.ok(
        endings.some((ending) => ending in FORMATS),
        name,
      );
    }
  });
});
