import { createHash } from "node:crypto";
import { chmod, glob, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stop as stopEsbuild } from "esbuild";
import { build as buildPage } from "vite";
import { z } from "zod";
import { LOCAL_STACK_NAME } from "../deployed/stack.ts";
import { ROOT_DIR } from "../deployed/state.ts";
import { BUNDLES_DIR, buildFunctions } from "../functions/build.ts";
import { runCommand } from "./child.ts";

export interface LocalTarget {
  endpoint: string;
  databaseUrl: string;
  ffmpegPath: string;
  /** TAPEDECK_PUBLIC_ENDPOINT and TAPEDECK_PAGE_ORIGIN, if they are set. */
  pageAddresses: Record<string, string>;
  /** Where the CDK's assembly is written. */
  assemblyDir: string;
}

/** Everything that the bundles and the page are built from. Folders may be missing. */
const BUILD_INPUTS = [
  "package-lock.json",
  "tsconfig.json",
  "{contract,client,engine,functions}/**/*.*",
  "web/*.*",
  "web/{src,public}/**/*.*",
];
/** Further inputs of the template. */
const TEMPLATE_INPUTS = ["cdk.json", "infra/**/*.*"];

/** In the bundles' folder, so that whoever builds them again deletes it. */
const BUILD_HASH_FILE = join(BUNDLES_DIR, "inputs.sha256");
const PAGE_FILE = join(ROOT_DIR, "web/dist/index.html");

/**
 * Builds the functions and the page, and writes the CDK's assembly for `target`. Keeps what was
 * built from exactly these sources and settings.
 *
 * @returns the template
 */
export async function prepareAssembly(target: LocalTarget): Promise<unknown> {
  const inputs = await hashFiles(BUILD_INPUTS);
  if (!(await isBuilt(inputs))) await build(inputs);
  const hashFile = join(target.assemblyDir, "inputs.sha256");
  const hash = await hashInputs(target);
  if ((await readIfThere(hashFile)) !== hash) {
    await mkdir(target.assemblyDir, { recursive: true });
    await chmod(target.assemblyDir, 0o700);
    await synthesize(target);
    await keepToOwner(target.assemblyDir);
    await writeFile(hashFile, hash);
  }
  return JSON.parse(
    await readFile(join(target.assemblyDir, `${LOCAL_STACK_NAME}.template.json`), "utf8"),
  );
}

/** The template, and what the CDK writes next to it, contain the database's password. */
async function keepToOwner(assemblyDir: string): Promise<void> {
  for await (const file of glob("*.*", { cwd: assemblyDir, withFileTypes: true })) {
    if (file.isFile()) await chmod(join(assemblyDir, file.name), 0o600);
  }
}

/**
 * Hashes everything that an assembly depends on. An assembly with another hash is written again.
 */
export async function hashInputs(target: LocalTarget): Promise<string> {
  const files = await Promise.all([hashFiles(BUILD_INPUTS), hashFiles(TEMPLATE_INPUTS)]);
  return combine(JSON.stringify(target), ...files);
}

async function build(inputs: string): Promise<void> {
  await Promise.all([
    buildFunctions(),
    buildPage({ root: join(ROOT_DIR, "web"), logLevel: "error" }),
  ]);
  // esbuild's helper process would stay as long as this one, with hundreds of megabytes.
  await stopEsbuild();
  await writeFile(BUILD_HASH_FILE, combine(inputs, await readFile(PAGE_FILE, "utf8")));
}

/** The page's first file names the others by their hashes, so it stands for all of them. */
async function isBuilt(inputs: string): Promise<boolean> {
  const page = await readIfThere(PAGE_FILE);
  return page !== undefined && (await readIfThere(BUILD_HASH_FILE)) === combine(inputs, page);
}

const readIfThere = (file: string) => readFile(file, "utf8").catch(() => undefined);

const combine = (...parts: string[]) => createHash("sha256").update(parts.join("\0")).digest("hex");

async function hashFiles(patterns: string[]): Promise<string> {
  const hash = createHash("sha256");
  const files = await Array.fromAsync(glob(patterns, { cwd: ROOT_DIR }));
  for (const file of files.sort()) {
    hash.update(`\0${file}\0`).update(await readFile(join(ROOT_DIR, file)));
  }
  return hash.digest("hex");
}

const CdkConfig = z.object({ context: z.record(z.string(), z.unknown()).default({}) });

/**
 * Runs the CDK app of the code in `rootDir`, without the CDK's command line, which takes seconds to
 * load.
 */
export async function synthesize(target: LocalTarget, rootDir = ROOT_DIR): Promise<void> {
  const { context } = CdkConfig.parse(
    JSON.parse(await readFile(join(rootDir, "cdk.json"), "utf8")),
  );
  await runCommand(process.execPath, ["infra/app.ts"], {
    cwd: rootDir,
    env: {
      ...process.env,
      TAPEDECK_PUBLIC_ENDPOINT: undefined,
      TAPEDECK_PAGE_ORIGIN: undefined,
      ...target.pageAddresses,
      AWS_ENDPOINT_URL: target.endpoint,
      DATABASE_URL: target.databaseUrl,
      TAPEDECK_FFMPEG_PATH: target.ffmpegPath,
      CDK_OUTDIR: target.assemblyDir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, target: "local" }),
    },
  });
}
