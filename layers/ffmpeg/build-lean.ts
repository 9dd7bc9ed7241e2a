import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { availableParallelism, setPriority } from "node:os";
import { join, relative } from "node:path";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { explain } from "./explain.ts";
import { ffmpegEdits } from "./ffmpeg-edits.ts";
import { type Arch, findProgram } from "./inspect.ts";
import { lameEdits } from "./lame-edits.ts";
import { findLean, leanDirectory } from "./lean.ts";
import {
  describeLean,
  type LameKind,
  leanSteps,
  leanTools,
  readLameHeaders,
  sources,
} from "./lean-recipe.ts";
import { cacheDirectory, repositoryRoot } from "./paths.ts";
import { type Edit, editSource } from "./source-edits.ts";
import { fetchSources } from "./sources.ts";
import { fetchZig, zigVersion } from "./zig.ts";

/**
 * Returns a clause that says why this machine can't compile the lean build, or undefined if it may.
 */
export function findObstacle(): string | undefined {
  if (process.platform !== "linux" && process.platform !== "darwin") {
    return "it is built on Linux and macOS only (on Windows, in WSL)";
  }
  const missing = ["make", "python3"].filter((tool) => !findProgram(tool));
  if (missing.length === 0) return undefined;
  const advice =
    process.platform === "darwin"
      ? "xcode-select --install"
      : `apt-get install ${missing.join(" ")}`;
  return `no ${missing.join(", ")} here: ${advice}`;
}

/** The folder of a lean build, with bin/ffmpeg and licenses/, or why it can't be compiled here. */
type LeanBuild = { directory: string } | { obstacle: string };

export interface BuildOptions {
  /** For a build in the background, at the lowest priority. */
  isPatient?: boolean;
  signal?: AbortSignal;
  lame?: LameKind;
}

/**
 * Compiles the lean build in about two minutes, unless it exists. If a tool, the compiler or the
 * sources aren't available, the caller has to find another ffmpeg.  @throws Error if a step of the
 * build fails
 */
export async function buildLean(arch: Arch, options: BuildOptions = {}): Promise<LeanBuild> {
  const directory = findLean(arch, options.lame);
  if (directory) return { directory };
  const obstacle = findObstacle();
  if (obstacle) return { obstacle };
  try {
    await mkdir(cacheDirectory, { recursive: true });
    await fetchSources();
    await fetchZig();
  } catch (error) {
    return { obstacle: explain(error) };
  }
  return { directory: await compileLean(arch, leanDirectory(arch, options.lame), options) };
}

/** Builds into `destination`, even if a build exists. */
export async function compileLean(
  arch: Arch,
  destination: string,
  { isPatient = false, signal, lame = "changed" }: BuildOptions = {},
): Promise<string> {
  const archives = await fetchSources();
  const zig = await fetchZig();
  const work = await mkdtemp(join(cacheDirectory, `build-${arch}-`));
  const logPath = join(cacheDirectory, `lean-${arch}.log`);
  const log = createWriteStream(logPath);
  try {
    const tools = await writeTools(arch, zig, join(work, "tools"));
    const execute = (directory: string, command: readonly string[], path = tools) =>
      runStep({ directory: join(work, directory), command, path, tools, log, isPatient, signal });
    for (const { name, path } of archives) {
      const unpack = ["python3", "-m", "tarfile", "-e", path, `${name}.unpacked`];
      await execute(".", unpack, process.env.PATH);
      const [top = ""] = await readdir(join(work, `${name}.unpacked`));
      await rename(join(work, `${name}.unpacked`, top), join(work, name));
    }
    await changeSource(join(work, "ffmpeg"), ffmpegEdits);
    if (lame === "changed") await changeLame(join(work, "lame/libmp3lame"));
    for (const { directory, command } of leanSteps(arch)) {
      const jobs = command[0] === "make" ? [`-j${availableParallelism()}`] : [];
      await execute(directory, [...command, ...jobs]);
    }
    const result = join(work, "result");
    await mkdir(join(result, "bin"), { recursive: true });
    await copyFile(join(work, "ffmpeg/ffmpeg"), join(result, "bin/ffmpeg"));
    await collectLicenses(describeLean(arch, lame), work, zig, join(result, "licenses"));
    await rm(destination, { recursive: true, force: true });
    await rename(result, destination);
    return destination;
  } catch (cause) {
    throw new Error(
      `The lean build for ${arch} failed (${explain(cause)}): ${relative(repositoryRoot, logPath)} says why. Fix that and run this again.`,
      { cause },
    );
  } finally {
    log.end();
    await finished(log);
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The programs that `configure` and make call besides the compiler. A system needs only those that
 * it has.
 */
const programs = [
  ...["awk", "basename", "cat", "chmod", "cmp", "cp", "cut", "date", "dirname", "env", "expr"],
  ...["grep", "head", "ln", "ls", "make", "mkdir", "mktemp", "mv", "pr", "printf", "rm"],
  ...["sed", "sh", "sort", "tail", "test", "touch", "tput", "tr", "uname", "uniq", "wc"],
];

/**
 * Creates the only folder on the build's PATH, so that the machine's own compilers and assemblers
 * stay out. It has links to `programs` and scripts that call the compiler. Their names don't depend
 * on where the compiler is, because builds record them.
 */
export async function writeTools(arch: Arch, zig: string, directory: string): Promise<string> {
  await mkdir(directory);
  for (const name of programs) {
    const path = findProgram(name);
    if (path) await symlink(path, join(directory, name));
  }
  for (const [name, [program = "", ...first]] of Object.entries(leanTools(arch))) {
    const path = join(directory, name);
    const command = [join(zig, program), ...first].map((word) => `'${word}'`).join(" ");
    await writeFile(path, `#!/bin/sh\nexec ${command} "$@"\n`);
    await chmod(path, 0o755);
  }
  return directory;
}

async function changeLame(directory: string): Promise<void> {
  for (const [name, text] of Object.entries(readLameHeaders())) {
    await writeFile(join(directory, name), text);
  }
  await changeSource(directory, lameEdits);
}

async function changeSource(directory: string, edits: readonly Edit[]): Promise<void> {
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const path = join(directory, file);
    await writeFile(path, editSource(edits, file, await readFile(path, "utf8")));
  }
}

interface StepRun {
  directory: string;
  command: readonly string[];
  /** The PATH of the programs. */
  path: string;
  tools: string;
  log: Writable;
  isPatient: boolean;
  signal: AbortSignal | undefined;
}

async function runStep(step: StepRun): Promise<void> {
  const { directory, command, path, tools, log, isPatient, signal } = step;
  signal?.throwIfAborted();
  const [program = "", ...arguments_] = command;
  const place = relative(cacheDirectory, directory);
  log.write(`\n[${place}] ${command.join(" ")}\n`);
  const child = spawn(program, arguments_, {
    cwd: directory,
    // Nothing of the caller's environment (CFLAGS, locale, git) reaches the build.
    env: {
      PATH: path,
      LC_ALL: "C",
      TZ: "UTC",
      SOURCE_DATE_EPOCH: "1",
      GIT_CEILING_DIRECTORIES: cacheDirectory,
      // The compiler caches its compiled C library, which takes most of a first build's time. It
      // caches nothing of ours, so a second build really compiles.
      ZIG_GLOBAL_CACHE_DIR: join(cacheDirectory, "zig-cache"),
      ZIG_LOCAL_CACHE_DIR: `${tools}-cache`,
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  if (isPatient && child.pid) setPriority(child.pid, 19);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const [code, killedBy] = await once(child, "close");
  if (code !== 0) throw new Error(`${program} in ${place} ended with ${code ?? killedBy}`);
}

/**
 * Collects what the licences of everything linked in require us to hand on, and how it was built.
 */
async function collectLicenses(
  description: object,
  work: string,
  zig: string,
  destination: string,
): Promise<void> {
  await mkdir(destination);
  const texts = {
    "ffmpeg-LGPL-2.1.txt": join(work, "ffmpeg/COPYING.LGPLv2.1"),
    "lame-LGPL-2.txt": join(work, "lame/COPYING"),
    "zlib.txt": join(work, "zlib/README"),
    "musl.txt": join(zig, "lib/libc/musl/COPYRIGHT"),
    "zig.txt": join(zig, "LICENSE"),
  };
  for (const [name, path] of Object.entries(texts)) await copyFile(path, join(destination, name));
  const record = JSON.stringify(description, null, 2);
  await writeFile(join(destination, "build.json"), `${record}\n`);
  const releases = sources.map(({ name, version }) => `${name} ${version}`).join(", ");
  await writeFile(
    join(destination, "NOTICE.txt"),
    `bin/ffmpeg is FFmpeg with LAME, zlib and musl, a C library, linked in. It is free software under
the GNU Lesser General Public License, version 2.1 or later; nothing in it is under the GPL.
Its sources are the releases ${releases}, compiled by ziglang ${zigVersion} of PyPI; build.json has
their SHA-256, our changes and every command, so that it can be changed and built again.
`,
  );
}
