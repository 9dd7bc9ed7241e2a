import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { z } from "zod";
import {
  priceReads,
  RANGES_IN_FLIGHT,
  SEQUENTIAL_IN_FLIGHT,
} from "../../functions/converter/engine/read-plan.ts";
import { findProgram } from "../../layers/ffmpeg/inspect.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { makeFilm, type Variant } from "./bench-media.ts";
import { findMedian, measure, type Run } from "./measure.ts";
import { findMoviepy } from "./moviepy.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    minutes: { type: "string" },
    rounds: { type: "string" },
    sweep: { type: "boolean", default: false },
    media: { type: "string", default: join(import.meta.dirname, "../../.tapedeck/bench") },
  },
});
const LATENCY_MS = 30;
const BYTES_PER_SECOND = 80e6;
const minutes = Number(values.minutes ?? (values.quick ? 2 : 60));
const rounds = Number(values.rounds ?? (values.quick ? 3 : 3));

const Figures = z.object({
  kind: z.literal("converted"),
  figures: z.object({ bytesRead: z.number(), requests: z.number(), plan: z.string() }),
});

const work = await mkdtemp(join(tmpdir(), "tapedeck-bench-"));
/** For what a contender writes beside its result. */
const scratch = join(work, "scratch");
await mkdir(scratch);
const server = spawn(process.execPath, [
  join(import.meta.dirname, "slow-range-server.ts"),
  ...[values.media, `${LATENCY_MS}`, `${BYTES_PER_SECOND}`],
]);
try {
  await main(await readPort(server));
} finally {
  server.kill();
  await rm(work, { recursive: true });
}

async function main(port: number): Promise<void> {
  // Bundled like the function, so that the compiler isn't measured.
  const bundle = join(work, "engine.mjs");
  await build({
    entryPoints: [join(import.meta.dirname, "../../cli/engine.ts")],
    outdir: work,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    // The AWS SDK, which only s3:// sources load, gets a file of its own.
    splitting: true,
    outExtension: { ".js": ".mjs" },
    banner: {
      js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
    },
  });
  const lean = await resolveFfmpeg();
  const plain = findProgram("ffmpeg") ?? (await findFullFfmpeg());
  const moviepy = await findMoviepy();
  process.env.FFMPEG_BIN = lean.path;
  console.log(`engine with ${lean.source} (${lean.version}); one process: ${plain}`);

  const runEngine = (path: string, workers = availableParallelism()) =>
    measure(
      process.execPath,
      [
        // As the function's NODE_OPTIONS: garbage of network reads is freed early.
        "--max-semi-space-size=1",
        bundle,
        `http://127.0.0.1:${port}/${encodeURIComponent(basename(path))}`,
        join(work, "engine.mp3"),
        ...["--quality", "v2", "--json", "--workers", `${workers}`],
      ],
      scratch,
    );
  const runPlain = (path: string) =>
    measure(
      plain,
      ["-v", "error", "-y", "-i", path, "-vn", "-q:a", "2", join(work, "plain.mp3")],
      scratch,
    );
  const runMoviepy = async (path: string) =>
    measure(moviepy.python, [moviepy.script, path, join(work, "moviepy.mp3")], scratch);

  const film = await makeFilm(values.media, "mp4-fine", minutes);
  const ours: Run[] = [];
  const ones: Run[] = [];
  const peers: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await runEngine(film));
    ones.push(await runPlain(film));
    peers.push(await runMoviepy(film));
  }
  const label = `${minutes} min`;
  printRow("engine", ours);
  printRow("one ffmpeg", ones);
  printRow("moviepy", peers);
  const median = (runs: Run[], of: keyof Omit<Run, "stdout">) =>
    findMedian(runs.map((run) => run[of]));
  printRatio(
    `${label} wall vs moviepy`,
    median(ours, "wallSeconds") / median(peers, "wallSeconds"),
  );
  printRatio(
    `${label} wall vs one ffmpeg`,
    median(ours, "wallSeconds") / median(ones, "wallSeconds"),
  );
  printRatio(`${label} cpu vs one ffmpeg`, median(ours, "cpuSeconds") / median(ones, "cpuSeconds"));
  printFigure(`${label} peak memory`, median(ours, "peakBytes") / 1e6, "MB");
  printFigure(`${label} temporary disk`, median(ours, "temporaryBytes") / 1e6, "MB");

  const variants: Variant[] = values.quick
    ? ["mp4-coarse", "mkv-mp3"]
    : ["mp4-coarse", "mp4-fine-faststart", "mp4-fragmented", "mkv", "mkv-mp3"];
  for (const variant of variants) {
    const path = await makeFilm(values.media, variant, minutes);
    const run = await runEngine(path);
    printRow(variant, [run]);
    await printReading(variant, path, run);
  }
  await printReading("mp4-fine", film, ours[0] as Run);
  if (values.sweep) {
    for (const length of [1, 10, 60, 180]) {
      const run = await runEngine(await makeFilm(values.media, "mp4-fine", length));
      printRow(`engine ${length} min`, [run]);
    }
    for (let workers = 1; workers <= availableParallelism(); workers++) {
      printRow(`engine ${workers} workers`, [await runEngine(film, workers)]);
    }
  }
}

async function printReading(name: string, path: string, run: Run): Promise<void> {
  const { figures } = Figures.parse(JSON.parse(run.stdout));
  const { size } = await stat(path);
  const { dollars } = priceReads(
    figures.bytesRead,
    figures.requests,
    figures.plan === "audio-ranges" ? RANGES_IN_FLIGHT : SEQUENTIAL_IN_FLIGHT,
  );
  const perHour = (dollars * 60) / minutes;
  console.log(
    `${name.padEnd(20)} ${figures.plan}: ${figures.requests} requests, $${perHour.toFixed(6)} an hour of film for reading`,
  );
  printRatio(`${name} bytes read vs source`, figures.bytesRead / size);
}

function printRow(name: string, runs: readonly Run[]): void {
  const of = (key: keyof Omit<Run, "stdout">) => findMedian(runs.map((run) => run[key]));
  console.log(
    [
      name.padEnd(20),
      `${of("wallSeconds").toFixed(2).padStart(8)} s wall`,
      `${of("cpuSeconds").toFixed(2).padStart(8)} s cpu`,
      `${(of("peakBytes") / 1e6).toFixed(0).padStart(6)} MB`,
      `${(of("temporaryBytes") / 1e6).toFixed(0).padStart(6)} MB disk`,
    ].join(" "),
  );
}

function printRatio(bench: string, ratio: number): void {
  console.log(JSON.stringify({ bench, ratio: Number(ratio.toFixed(4)), unit: "ratio" }));
}

function printFigure(bench: string, value: number, unit: string): void {
  console.log(JSON.stringify({ bench, ratio: Number(value.toFixed(3)), unit }));
}

async function readPort(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error("the range server has no output");
  const [text] = await once(child.stdout, "data");
  return Number(String(text));
}
