import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { convertMedia } from "../../engine/convert-media.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { MemorySink, openFileSource } from "../media/file-source.ts";
import { generate } from "../media/make-media.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-confinement-"));
after(() => rm(directory, { recursive: true }));
const { path: ffmpegPath } = await resolveFfmpeg();

/** A file name that a shell would run as a command. */
const HOSTILE_NAME = '"; $(kill $PPID) `kill $PPID` #';

interface Confinement {
  args: string[];
  environment: string[];
  limits: Map<string, string>;
  /** The targets of its open descriptors: sockets, pipes, files. */
  open: string[];
}

/** Reads from /proc about each ffmpeg that this process has started. */
async function inspectChildren(): Promise<Confinement[]> {
  const found: Confinement[] = [];
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const read = (name: string) => readFile(`/proc/${pid}/${name}`, "latin1");
    try {
      const parent = /\) \S (\d+)/.exec(await read("stat"))?.[1];
      if (Number(parent) !== process.pid || (await readlink(`/proc/${pid}/exe`)) !== ffmpegPath)
        continue;
      const descriptors = await readdir(`/proc/${pid}/fd`);
      found.push({
        args: (await read("cmdline")).split("\0"),
        environment: (await read("environ")).split("\0").filter(Boolean),
        limits: new Map(
          [...(await read("limits")).matchAll(/^(Max .+?) {2,}(\S+)/gm)].map(
            ([, name = "", soft = ""]) => [name, soft],
          ),
        ),
        open: await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`))),
      });
    } catch {
      // The process has ended in the meantime.
    }
  }
  return found;
}

test("every ffmpeg has limits, no environment and nothing open but pipes and sockets", {
  skip: process.platform !== "linux" && "only Linux has /proc",
}, async () => {
  const path = join(directory, "long.wav");
  await generate(`-f lavfi -i aevalsrc=0.3*sin(880*PI*t):s=48000:d=60 ${path}`);
  const file = openFileSource(path);
  const found: Confinement[] = [];
  const source = {
    sizeBytes: file.sizeBytes,
    async *read(startByte: number, endByte: number, signal: AbortSignal) {
      // During a read, the process that waits for the bytes is running.
      found.push(...(await inspectChildren()));
      yield* file.read(startByte, endByte, signal);
    },
  };
  process.env.TAPEDECK_TEST_SECRET = "secret";
  const outcome = await convertMedia(
    source,
    new MemorySink(),
    { quality: "v2", fallbackTitle: HOSTILE_NAME, ffmpegPath, remainingSeconds: 900, workers: 2 },
    { signal: AbortSignal.timeout(60_000) },
  );
  assert.equal(outcome.kind, "converted");
  // There are a probe, a decoder and two encoders.
  assert.ok(found.some(({ args }) => args.includes("ffmetadata")));
  assert.ok(found.some(({ args }) => args.includes("pipe:0")));
  for (const { args, environment, limits, open } of found) {
    assert.deepEqual(
      args.filter((argument) => argument.includes("$(") || argument === HOSTILE_NAME),
      [],
    );
    // Shells add these variables.
    const names = environment.map((line) => line.split("=")[0]);
    assert.deepEqual(
      names.filter((name) => !["PWD", "SHLVL", "_", "OLDPWD"].includes(name as string)),
      ["AV_LOG_FORCE_NOCOLOR"],
    );
    assert.equal(limits.get("Max cpu time"), "3600");
    assert.equal(limits.get("Max data size"), `${2 ** 30}`);
    assert.equal(limits.get("Max open files"), "64");
    assert.equal(limits.get("Max file size"), "0");
    assert.equal(limits.get("Max core file size"), "0");
    assert.match(limits.get("Max processes") ?? "", /^\d{3,6}$/);
    const others = open.filter((name) => !/^(pipe:|socket:|anon_inode:|\/dev\/null$)/.test(name));
    assert.deepEqual(others, []);
  }
});
