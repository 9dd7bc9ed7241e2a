import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import type { Quality } from "../../contract/conversion.ts";
import { bundleWebAssembly } from "../../functions/build.ts";
import { RUNTIME_ENVIRONMENT } from "../../functions/converter/runtime-environment.ts";
import { findProgram } from "../../layers/ffmpeg/inspect.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import type { CpuLimit } from "./cpu-limit.ts";
import { measure, type Run } from "./measure.ts";
import { findMoviepy } from "./moviepy.ts";

const LATENCY_MS = 30;
const CONNECTION_BYTES_PER_SECOND = 80e6;

/** A server in place of S3, in a separate process. */
export interface RangeServer extends Disposable {
  /** The address of a file of its directory. */
  addressOf(path: string): string;
}

/** Serves `directory` with S3's latency. All connections share `linkBytesPerSecond`. */
export async function startRangeServer(
  directory: string,
  linkBytesPerSecond = Number.POSITIVE_INFINITY,
): Promise<RangeServer> {
  const child = spawn("python3", [
    join(import.meta.dirname, "slow_range_server.py"),
    ...[directory, `${LATENCY_MS}`, `${CONNECTION_BYTES_PER_SECOND}`, `${linkBytesPerSecond}`],
  ]);
  const [text] = await once(child.stdout, "data");
  const port = Number(String(text));
  return {
    addressOf: (path) => `http://127.0.0.1:${port}/${encodeURIComponent(basename(path))}`,
    [Symbol.dispose]: () => void child.kill(),
  };
}

/**
 * How the engine's run differs from the function's. By default it has enough encoders to keep every
 * core busy.
 */
interface EngineRun {
  workers?: number;
  quality?: Quality;
  limit?: CpuLimit;
}

export interface Contenders {
  /** Our engine, from an address, read and set up as in the function. */
  engine(address: string, options?: EngineRun): Promise<Run>;
  /** One ffmpeg as Debian or the wheel has it, from a local file. */
  plain(path: string): Promise<Run>;
  /** moviepy, which the replaced system used, from a local file. */
  moviepy(path: string): Promise<Run>;
  /** Our ffmpeg, decoding a local file only. */
  decode(path: string): Promise<Run>;
  /** Our ffmpeg as one process with the engine's settings, from a local file. */
  encodeAlone(path: string): Promise<Run>;
}

/** Builds and finds the contenders. `work` is a directory of this run. */
export async function prepareContenders(work: string): Promise<Contenders> {
  // For files that a contender writes next to its result.
  const scratch = join(work, "scratch");
  await mkdir(scratch);
  // Bundled like the function, so that the compiler isn't measured.
  await build({
    entryPoints: [join(import.meta.dirname, "../../cli/engine.ts")],
    outdir: work,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    plugins: [bundleWebAssembly],
    // The AWS SDK, which only s3:// sources load, gets a file of its own.
    splitting: true,
    outExtension: { ".js": ".mjs" },
    banner: {
      js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);',
    },
  });
  const ours = await resolveFfmpeg();
  const plain = findProgram("ffmpeg") ?? (await findFullFfmpeg());
  const moviepy = await findMoviepy();
  process.env.FFMPEG_BIN = ours.path;
  console.log(`engine with ${ours.source} (${ours.version}); one process: ${plain}`);
  const quietly = ["-v", "error", "-nostdin", "-y"];
  return {
    engine: (address, { workers, quality = "v2", limit } = {}) => {
      const args = [
        ...[join(work, "engine.mjs"), address, join(work, "engine.mp3")],
        "--quality",
        quality,
        "--json",
        ...(workers === undefined ? [] : ["--workers", `${workers}`]),
      ];
      const command = limit?.wrap(process.execPath, args) ?? [process.execPath, args];
      return measure(...command, scratch, RUNTIME_ENVIRONMENT);
    },
    plain: (path) =>
      measure(
        plain,
        [...quietly, "-i", path, "-vn", "-q:a", "2", join(work, "plain.mp3")],
        scratch,
      ),
    moviepy: (path) =>
      measure(moviepy.python, [moviepy.script, path, join(work, "moviepy.mp3")], scratch),
    decode: (path) =>
      measure(ours.path, [...quietly, "-i", path, "-vn", "-f", "null", "-"], scratch),
    encodeAlone: (path) =>
      measure(
        ours.path,
        [
          ...[...quietly, "-i", path, "-vn", "-q:a", "2", "-reservoir", "0"],
          join(work, "alone.mp3"),
        ],
        scratch,
      ),
  };
}
