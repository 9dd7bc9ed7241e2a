import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";

const DEBIAN_CHROMIUM = "/usr/bin/chromium";
const CACHE = resolve(import.meta.dirname, "../../.tapedeck");

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

interface Executable {
  path: string;
  /** The folder of shared libraries and fonts, if they aren't the system's. */
  env?: Record<string, string>;
}

/** Finds a Chromium: CHROMIUM_BIN, Debian's, or the one from npm (Linux x64). */
async function findChromium(): Promise<Executable> {
  const given = process.env.CHROMIUM_BIN;
  if (given) return { path: given };
  if (existsSync(DEBIAN_CHROMIUM)) return { path: DEBIAN_CHROMIUM };
  try {
    return await unpackChromium();
  } catch (cause) {
    throw new Error(
      "No Chromium: set CHROMIUM_BIN to one, or install Debian's (apt-get install chromium).",
      { cause },
    );
  }
}

/**
 * The package is built for Lambda. If it believes that it runs there, it also unpacks the libraries
 * that a machine without a desktop lacks. It unpacks into the temporary folder. Test files run in
 * parallel, so each unpacks its own copy, and the first to finish moves its copy to the shared
 * place.
 */
async function unpackChromium(): Promise<Executable> {
  const home = join(CACHE, "chromium-147.0.0");
  const executable = {
    path: join(home, "chromium"),
    env: { LD_LIBRARY_PATH: join(home, "al2023/lib"), FONTCONFIG_PATH: join(home, "fonts") },
  };
  if (existsSync(executable.path)) return executable;
  await mkdir(CACHE, { recursive: true });
  const unpacked = await mkdtemp(join(CACHE, "chromium-"));
  const { TMPDIR } = process.env;
  try {
    process.env.AWS_LAMBDA_JS_RUNTIME = "nodejs24.x";
    process.env.TMPDIR = unpacked;
    const { default: sparticuz } = await import("@sparticuz/chromium");
    await sparticuz.executablePath();
    // Without a font, Chromium crashes at the first text. The package expects its own in /tmp.
    const fonts = join(unpacked, "fonts/fonts.conf");
    await writeFile(fonts, (await readFile(fonts, "utf8")).replaceAll("/tmp/", `${home}/`));
    await rename(unpacked, home).catch((error: unknown) => {
      if (!existsSync(executable.path)) throw error;
    });
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    delete process.env.AWS_LAMBDA_JS_RUNTIME;
    await rm(unpacked, { recursive: true, force: true });
  }
  return executable;
}

export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const { path, env } = await findChromium();
  return chromium.launch({
    executablePath: path,
    args: [...FLAGS, ...flags],
    ...(env ? { env: { ...process.env, ...env } } : {}),
  });
}
