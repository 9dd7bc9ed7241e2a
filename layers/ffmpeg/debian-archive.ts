import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { findProgram } from "./inspect.ts";
import type { Archive } from "./lean-recipe.ts";
import { cacheDirectory } from "./paths.ts";
import { hashFile } from "./wheel.ts";

const run = promisify(execFile);

/**
 * The suites to search, by the last part of an archive's address, whichever release the machine
 * runs.
 */
const suites: Readonly<Record<string, string>> = {
  debian: "bookworm bookworm-updates trixie forky sid",
  "debian-security": "bookworm-security trixie-security",
};

/** Debian's source packages, through apt with its own configuration. */
export interface DebianArchive {
  /**
   * Downloads an upstream archive from whichever revision of the package has it.  @throws Error
   * with a clause if none has it
   */
  download: (packageName: string, archive: Archive, path: string) => Promise<void>;
  close: () => Promise<void>;
}

/** Reads the lists of the machine's Debian entries. apt writes only below the cache. */
export async function openDebianArchive(): Promise<DebianArchive> {
  if (!findProgram("apt-get")) throw new Error("there is no apt-get here");
  const entries = readSourceEntries();
  if (entries.length === 0) throw new Error("apt has no entry for it");
  const staging = await mkdtemp(join(cacheDirectory, "apt-"));
  const files = join(staging, "files");
  for (const folder of ["parts", "state/lists/partial", "cache/archives/partial", "files"]) {
    await mkdir(join(staging, folder), { recursive: true });
  }
  await writeFile(join(staging, "parts/debian.sources"), entries.join("\n\n"));
  const options = Object.entries({
    "APT::Sandbox::User": "root",
    "Dir::Cache": join(staging, "cache"),
    "Dir::Etc::sourcelist": "/dev/null",
    "Dir::Etc::sourceparts": join(staging, "parts"),
    "Dir::State": join(staging, "state"),
    "Dir::State::status": "/var/lib/dpkg/status",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  const apt = async (program: string, ...rest: string[]): Promise<string> => {
    const settings = { cwd: files, maxBuffer: 64 << 20 };
    return (await run(program, [...options, "-qq", ...rest], settings)).stdout;
  };
  // If one suite can't be reached, the others may still help.
  await apt("apt-get", "update").catch(() => {});

  const download = async (packageName: string, { file, sha256 }: Archive, path: string) => {
    const records = await apt("apt-cache", "showsrc", packageName).catch(() => "");
    const version = findVersion(records, sha256);
    if (!version) throw new Error(`none of its packages has ${file}`);
    const what = ["--download-only", "--tar-only", "--only-source", `${packageName}=${version}`];
    await apt("apt-get", "source", ...what).catch((cause: unknown) => {
      throw new Error("apt could not get it", { cause });
    });
    for (const name of await readdir(files)) {
      if ((await hashFile(join(files, name))) !== sha256) continue;
      return await rename(join(files, name), path);
    }
    throw new Error(`it has another ${file}`);
  };
  return { download, close: () => rm(staging, { recursive: true, force: true }) };
}

/** Finds the version of the source package that has a file with this SHA-256. */
function findVersion(records: string, sha256: string): string | undefined {
  const record = records.split(/\n\n/).find((text) => text.includes(` ${sha256} `));
  return /^Version: (\S+)$/m.exec(record ?? "")?.[1];
}

/** Reads the machine's Debian entries, as deb822 paragraphs for source packages. */
function readSourceEntries(): string[] {
  const parts = "/etc/apt/sources.list.d";
  const lists = [...readTexts("/etc/apt", "sources.list"), ...readTexts(parts, ".list")];
  const paragraphs = [
    ...lists.flatMap((text) => text.split("\n")).map(convertLine),
    ...readTexts(parts, ".sources").flatMap((text) => text.split(/\n\s*\n/)),
  ];
  return [...new Set(paragraphs.flatMap(convertParagraph))];
}

function readTexts(directory: string, ending: string): string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => name.endsWith(ending));
  return names.map((name) => readFileSync(join(directory, name), "utf8"));
}

/** Converts `deb [signed-by=KEY] URI SUITE COMPONENT…` to a paragraph: sources.list(5). */
function convertLine(line: string): string {
  const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+\S+\s+(.*)$/.exec(line.trim());
  if (!match) return "";
  const [, options = "", uri, components] = match;
  const key = /signed-by=(\S+)/.exec(options)?.[1];
  const fields = ["Types: deb", `URIs: ${uri}`, "Suites: any", `Components: ${components}`];
  return [...fields, ...(key ? [`Signed-By: ${key}`] : [])].join("\n");
}

function convertParagraph(paragraph: string): string[] {
  const lines = paragraph.split("\n").filter((line) => line && !line.startsWith("#"));
  const read = (name: string): string[] =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.split(/\s+/)
      .slice(1) ?? [];
  const archive = read("URIs")[0]?.replace(/\/+$/, "").split("/").at(-1) ?? "";
  const wanted = suites[archive];
  if (!wanted || !read("Components").includes("main")) return [];
  const changed = { Types: "deb-src", Suites: wanted, Components: "main" };
  return [
    lines
      .map((line) => {
        const [name = ""] = line.split(":");
        return name in changed ? `${name}: ${changed[name as keyof typeof changed]}` : line;
      })
      .join("\n"),
  ];
}
