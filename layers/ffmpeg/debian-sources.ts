import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sourcePackages } from "./lean-recipe.ts";
import { cacheDirectory } from "./paths.ts";
import { hashFile } from "./wheel.ts";

/** Debian 12's, by the last part of an archive's address, whichever release the machine runs. */
const suites: Readonly<Record<string, string>> = {
  debian: "bookworm bookworm-updates",
  "debian-security": "bookworm-security",
};

/** Where the packages' files are kept; a file put here by hand is as good as a downloaded one. */
const sourcesDirectory = join(cacheDirectory, "sources");

/**
 * The folder with every pinned source file, downloaded with apt at the first call (13 MB). apt gets
 * a configuration of its own, made from the machine's Debian entries, and writes nowhere else.
 * Throws if the files can't be had or one isn't the pinned one.
 */
export async function fetchSources(): Promise<string> {
  const files = sourcePackages.flatMap(({ files }) => Object.entries(files));
  if (!files.every(([name]) => existsSync(join(sourcesDirectory, name)))) await download();
  for (const [name, sha256] of files) {
    if ((await hashFile(join(sourcesDirectory, name))) !== sha256) {
      throw new Error(`${name} in ${sourcesDirectory} is not the pinned file: delete it`);
    }
  }
  return sourcesDirectory;
}

async function download(): Promise<void> {
  const entries = readSourceEntries();
  if (entries.length === 0) throw new Error("apt has no entry for Debian's archive");
  await mkdir(sourcesDirectory, { recursive: true });
  const staging = await mkdtemp(join(cacheDirectory, "apt-"));
  try {
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
    const apt = (...rest: string[]) =>
      promisify(execFile)("apt-get", [...options, "-qq", ...rest], { cwd: join(staging, "files") });

    await apt("update");
    const wanted = sourcePackages.map(({ name, version }) => `${name}=${version}`);
    await apt("source", "--download-only", "--only-source", ...wanted);
    for (const name of sourcePackages.flatMap(({ files }) => Object.keys(files))) {
      await rename(join(staging, "files", name), join(sourcesDirectory, name));
    }
  } catch (cause) {
    throw new Error("apt could not get Debian's pinned source packages", { cause });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The machine's Debian entries, as deb822 paragraphs for the source packages of Debian 12. */
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

/** `deb [signed-by=KEY] URI SUITE COMPONENT…` as a paragraph, sources.list(5). */
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
