import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertMedia } from "../../functions/converter/engine/index.ts";
import type { EngineOptions, Outcome } from "../../functions/converter/engine/types.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { convertFile } from "../media/convert-file.ts";
import { MemorySink, openFileSource } from "../media/file-source.ts";
import { generate, makeMedia } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-outcomes-"));
after(() => rm(directory, { recursive: true }));
const { path: ffmpegPath } = await resolveFfmpeg();

const codeOf = (outcome: Outcome) => (outcome.kind === "failed" ? outcome.code : outcome.kind);

/** An ffmpeg that runs `before` first where its arguments contain `argument`. */
async function wrapFfmpeg(name: string, argument: string, before: string): Promise<string> {
  const path = join(directory, name);
  const script = `#!/bin/sh\ncase " $* " in *" ${argument} "*) ${before};; esac\nexec "${ffmpegPath}" "$@"\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
  return path;
}

/** Long enough for two encoders. */
const long = join(directory, "long.flac");
await generate(`-f lavfi -i aevalsrc=0.3*sin(880*PI*t):s=48000:d=24 ${long}`);

const convertWith = async (path: string, options: Partial<EngineOptions>) =>
  (await convertFile(long, { ffmpegPath: path, ...options })).outcome;

/** What only the process that has this part has among its arguments. */
const PARTS = { probe: "ffmetadata", decoder: "framecrc", encoder: "pipe:0" };

suite("a process that ends by a signal", { concurrency: 1 }, () => {
  for (const [part, argument] of Object.entries(PARTS)) {
    // Of two encoders, since the decoder then fails to write to the one that died.
    const options = { workers: 2 };
    for (const signal of ["ABRT", "SEGV", "FPE", "ILL", "XCPU"]) {
      test(`SIG${signal} in the ${part} is the file's fault`, async () => {
        const path = await wrapFfmpeg(`${part}-${signal}`, argument, `kill -${signal} $$`);
        assert.equal(codeOf(await convertWith(path, options)), "damaged");
      });
    }
    for (const signal of ["KILL", "TERM"]) {
      test(`SIG${signal} in the ${part} is not`, async () => {
        const path = await wrapFfmpeg(`${part}-${signal}`, argument, `kill -${signal} $$`);
        await assert.rejects(convertWith(path, options), {
          name: "OutsideFault",
          message: `ffmpeg was ended by SIG${signal}`,
        });
      });
    }
  }
});

test("an ffmpeg that isn't there is not the file's fault", async () => {
  await assert.rejects(convertWith(join(directory, "nowhere"), {}), { name: "FfmpegUnavailable" });
});

test("a sink that refuses is not the file's fault, whatever it throws", async () => {
  for (const method of ["write", "finish"] as const) {
    const sink = new MemorySink();
    sink[method] = async () => {
      throw new TypeError("S3 answered nonsense");
    };
    const source = openFileSource(await makeMedia("mkv-aac", directory));
    const options = { quality: "v2", fallbackTitle: "", ffmpegPath, remainingSeconds: 90 } as const;
    const hooks = { signal: AbortSignal.timeout(60_000) };
    await assert.rejects(convertMedia(source, sink, options, hooks), { name: "OutsideFault" });
    assert.ok(sink.aborted);
  }
});

test("a fragment whose table names bytes outside of its data is damaged", async () => {
  const path = await makeMedia("mp4-aac-fragmented-default-base", directory);
  const bytes = await readFile(path);
  // The offset of the last fragment's run, behind its version, flags and count.
  const trun = bytes.lastIndexOf("trun");
  for (const offset of [0x7fffffff, -bytes.length, 0]) {
    bytes.writeInt32BE(offset, trun + 12);
    await writeFile(path, bytes);
    assert.equal(codeOf((await convertFile(path)).outcome), "damaged", `${offset}`);
  }
});

test("an MP3 whose gapless data leave nothing of it is damaged", async () => {
  const path = join(directory, "short.mp3");
  await generate(`-f lavfi -i sine=d=0.1 ${path}`);
  const bytes = await readFile(path);
  // Delay and padding, 12 bits each, behind the encoder's name and eleven bytes more.
  bytes.writeUIntBE((4000 << 12) | 4000, bytes.indexOf("Lavc") + 21, 3);
  await writeFile(path, bytes);
  assert.equal(codeOf((await convertFile(path)).outcome), "damaged");
});
