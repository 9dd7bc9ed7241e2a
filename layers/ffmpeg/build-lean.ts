import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { isAbsolute, join, relative } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { fetchSources } from "./debian-sources.ts";
import { explain } from "./explain.ts";
import { type Arch, findProgram, readHostArch } from "./inspect.ts";
import { editLame, lameEdits } from "./lame-edits.ts";
import { findLean, leanDirectory } from "./lean.ts";
import {
  describeLean,
  leanSteps,
  readLameHeaders,
  sourcePackages,
  toolPrefix,
} from "./lean-recipe.ts";
import { cacheDirectory, repositoryRoot } from "./paths.ts";

/** One clause on what this machine lacks for a lean build, or undefined if it can be tried. */
export function findObstacle(arch: Arch): string | undefined {
  if (process.platform !== "linux") return "it is built on Debian only";
  const prefix = toolPrefix(arch);
  const tools = ["apt-get", "dpkg-source", "make", `${prefix}gcc`, `${prefix}strip`];
  const missing = [...tools, ...(arch === "x86_64" ? ["nasm"] : [])].filter(
    (tool) => !findProgram(tool),
  );
  // Debian's compilers only recommend their C library.
  if (missing.length === 0 && !hasLibc(`${prefix}gcc`)) missing.push(`libc.a of ${prefix}gcc`);
  if (missing.length === 0) return undefined;
  return `no ${missing.join(", ")} here: apt-get install ${listPackages(arch).join(" ")}`;
}

/** A compiler repeats the bare name of a library that it hasn't. */
function hasLibc(compiler: string): boolean {
  const { stdout } = spawnSync(compiler, ["-print-file-name=libc.a"], { encoding: "utf8" });
  return isAbsolute(stdout ?? "");
}

/** Debian's packages with everything that a build for `arch` calls. */
function listPackages(arch: Arch): string[] {
  const assembler = arch === "x86_64" ? ["nasm"] : [];
  if (arch === readHostArch()) return ["build-essential", ...assembler];
  const compiler = `gcc-${toolPrefix(arch).replace("_", "-")}`.slice(0, -1);
  return ["build-essential", ...assembler, compiler, crossLibc(arch)];
}

const crossLibc = (arch: Arch): string => `libc6-dev-${arch === "x86_64" ? "amd64" : arch}-cross`;

/** The folder of a lean build with bin/ffmpeg and licenses/, or why it can't be tried here. */
type LeanBuild = { directory: string } | { obstacle: string };

/**
 * The lean build, made in about a minute unless it is there already. That a tool or the sources can't
 * be had is for the caller to make do with; throws if a step fails.
 */
export async function buildLean(arch: Arch): Promise<LeanBuild> {
  const directory = findLean(arch);
  if (directory) return { directory };
  const obstacle = findObstacle(arch);
  if (obstacle) return { obstacle };
  try {
    await fetchSources();
  } catch (error) {
    return { obstacle: explain(error) };
  }
  return { directory: await compileLean(arch, leanDirectory(arch)) };
}

/** Builds into `destination`, whatever is there already. */
export async function compileLean(arch: Arch, destination: string): Promise<string> {
  const sources = await fetchSources();
  const work = await mkdtemp(join(cacheDirectory, `build-${arch}-`));
  const logPath = join(cacheDirectory, `lean-${arch}.log`);
  const log = createWriteStream(logPath);
  try {
    const execute = (directory: string, command: readonly string[], environment = {}) =>
      runStep(join(work, directory), command, environment, log);
    for (const { name, files } of sourcePackages) {
      const description = Object.keys(files).find((file) => file.endsWith(".dsc")) ?? "";
      await execute(".", ["dpkg-source", "-x", join(sources, description), name]);
    }
    await changeLame(join(work, "lame/libmp3lame"));
    for (const { directory, command, environment } of leanSteps(arch)) {
      const jobs = command[0] === "make" ? [`-j${availableParallelism()}`] : [];
      await execute(directory, [...command, ...jobs], environment);
    }
    const result = join(work, "result");
    await mkdir(join(result, "bin"), { recursive: true });
    await copyFile(join(work, "ffmpeg/ffmpeg"), join(result, "bin/ffmpeg"));
    await execute(".", [`${toolPrefix(arch)}strip`, "result/bin/ffmpeg"]);
    await collectLicenses(arch, work, join(result, "licenses"));
    await rm(destination, { recursive: true, force: true });
    await rename(result, destination);
    return destination;
  } catch (cause) {
    throw new Error(
      `The lean build for ${arch} failed (${explain(cause)}): ${relative(repositoryRoot, logPath)} says why; correct that and run this again.`,
      { cause },
    );
  } finally {
    log.end();
    await finished(log);
    await rm(work, { recursive: true, force: true });
  }
}

async function changeLame(directory: string): Promise<void> {
  for (const [name, text] of Object.entries(readLameHeaders())) {
    await writeFile(join(directory, name), text);
  }
  for (const file of new Set(lameEdits.map((edit) => edit.file))) {
    const path = join(directory, file);
    await writeFile(path, editLame(file, await readFile(path, "utf8")));
  }
}

async function runStep(
  directory: string,
  [program = "", ...arguments_]: readonly string[],
  environment: Readonly<Record<string, string>>,
  log: Writable,
): Promise<void> {
  const place = relative(cacheDirectory, directory);
  log.write(`\n[${place}] ${[program, ...arguments_].join(" ")}\n`);
  const child = spawn(program, arguments_, {
    cwd: directory,
    // Nothing of the caller's environment (CFLAGS, locale, git) reaches the build.
    env: {
      PATH: process.env.PATH,
      LC_ALL: "C",
      TZ: "UTC",
      SOURCE_DATE_EPOCH: "1",
      GIT_CEILING_DIRECTORIES: cacheDirectory,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const [code, signal] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} in ${place} ended with ${code ?? signal}`);
}

/** What the licences of everything linked in ask to be handed on, and how it was built. */
async function collectLicenses(arch: Arch, work: string, destination: string): Promise<void> {
  await mkdir(destination);
  const libc = arch === readHostArch() ? "libc6-dev" : crossLibc(arch);
  const texts = {
    "ffmpeg-LGPL-2.1.txt": join(work, "ffmpeg/COPYING.LGPLv2.1"),
    "lame-LGPL-2.txt": join(work, "lame/COPYING"),
    "zlib.txt": join(work, "zlib/debian/copyright"),
    "glibc.txt": `/usr/share/doc/${libc}/copyright`,
  };
  for (const [name, path] of Object.entries(texts)) await copyFile(path, join(destination, name));
  const record = JSON.stringify(describeLean(arch), null, 2);
  await writeFile(join(destination, "build.json"), `${record}\n`);
  const packages = sourcePackages.map(({ name, version }) => `${name} ${version}`).join(", ");
  await writeFile(
    join(destination, "NOTICE.txt"),
    `bin/ffmpeg is FFmpeg with LAME, zlib and the GNU C library linked in. It is free software under
the GNU Lesser General Public License, version 2.1 or later; nothing in it is under the GPL.
Its sources are Debian's source packages ${packages};
build.json has their SHA-256, our changes to LAME and every command, so that it can be changed and
built again.
`,
  );
}
