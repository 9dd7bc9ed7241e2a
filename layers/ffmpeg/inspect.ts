import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { open } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { runTimeComponents } from "./requirements.ts";

export type Arch = "x86_64" | "arm64";

export interface FfmpegVersion {
  /** As ffmpeg prints it, e.g. "9.0.2". */
  version: string;
  /** The arguments of `./configure`. */
  configuration: string;
}

const run = promisify(execFile);

/** Returns this machine's processor, in the layer's words. Throws if we have no build for it. */
export function readHostArch(): Arch {
  if (process.arch === "x64") return "x86_64";
  if (process.arch === "arm64") return "arm64";
  throw new Error(`there is no ffmpeg build for ${process.arch}: use an x86_64 or arm64 machine`);
}

/** Finds the full path of a program on `PATH`, or undefined. */
export function findProgram(name: string): string | undefined {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(directory, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return undefined;
}

/**
 * Returns the command that runs an `arch` program here: the program itself, or qemu-user with it.
 * Returns undefined if this machine can't run it.
 */
export function findRunner(arch: Arch, path: string): string[] | undefined {
  if (process.platform === "linux" && arch === readHostArch()) return [path];
  const cpu = arch === "arm64" ? "aarch64" : arch;
  const qemu = findProgram(`qemu-${cpu}-static`) ?? findProgram(`qemu-${cpu}`);
  return qemu ? [qemu, "-L", `/usr/${cpu}-linux-gnu`, path] : undefined;
}

/** Reads ffmpeg's version. Throws if the command can't be run or isn't ffmpeg. */
export async function readVersion(command: readonly string[]): Promise<FfmpegVersion> {
  const text = await ask(command, "-version");
  const version = /^ffmpeg version (\S+)/.exec(text)?.[1];
  if (!version) throw new Error(`${command.at(-1)} is not ffmpeg`);
  return { version, configuration: /^configuration: (.*)$/m.exec(text)?.[1]?.trim() ?? "" };
}

/** Lists what `requirements.ts` asks for and this ffmpeg lacks, e.g. "decoder alac". */
export async function findMissing(command: readonly string[]): Promise<string[]> {
  const lists = Object.entries(runTimeComponents).map(async ([list, wanted]) => {
    const offered = parseList(await ask(command, "-hide_banner", `-${list}`));
    return wanted
      .filter((name) => !offered.has(name))
      .map((name) => `${list.slice(0, -1)} ${name}`);
  });
  return (await Promise.all(lists)).flat();
}

/** Reads which processor an ELF program is for. Returns undefined for any other file. */
export async function readElfArch(path: string): Promise<Arch | undefined> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    if (bytesRead < 20 || buffer.readUInt32BE(0) !== 0x7f454c46) return undefined;
    // e_machine, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
    return ({ 62: "x86_64", 183: "arm64" } as const)[buffer.readUInt16LE(18)];
  } finally {
    await file.close();
  }
}

async function ask([program, ...first]: readonly string[], ...rest: string[]): Promise<string> {
  if (!program) throw new Error("no program to run");
  const { stdout } = await run(program, [...first, ...rest], { maxBuffer: 16 << 20 });
  return stdout;
}

/**
 * Parses the names in `ffmpeg -decoders` and similar lists. A name comes after flags, whose only
 * lower-case letter is "d", or alone on its line (protocols). Commas join aliases.
 */
function parseList(text: string): Set<string> {
  const names = text.matchAll(/^ (?:[A-Zd.| ]* )?([a-z0-9_,]+)(?: .*)?$/gm);
  return new Set([...names].flatMap(([, name = ""]) => name.split(",")));
}
