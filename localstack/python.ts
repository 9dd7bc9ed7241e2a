import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { CACHE_DIR, ROOT_DIR } from "../deployed/state.ts";
import { UserError } from "../deployed/user-error.ts";
import { runCommand } from "./child.ts";

const REQUIREMENTS_FILE = join(ROOT_DIR, "localstack/requirements.txt");
const NAMES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/** Finds the first Python on PATH with at least the version 3.10, or 3.`minor`. */
export async function findPython(minor = 10): Promise<string> {
  for (const name of NAMES) {
    const isNewEnough = await runCommand(name, [
      "-c",
      `import sys; sys.exit(sys.version_info < (3, ${minor}))`,
    ]).then(
      () => true,
      () => false,
    );
    if (isNewEnough) return name;
  }
  throw new UserError(
    `Python 3.${minor} or later is missing. Install it (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python).`,
  );
}

/** The interpreter of a private environment that holds the emulator: {@link preparePython}. */
export const prepareEmulatorPython = (python: string, onInstall: () => void): Promise<string> =>
  preparePython({ python, requirementsFile: REQUIREMENTS_FILE, sources: [], onInstall });

/**
 * The interpreter of a private environment that holds exactly a requirements file with hashes. It
 * is created once and shared by all stacks of this clone. A changed file creates a new one.
 * `sources` names the packages that have no wheel.
 */
export async function preparePython(options: {
  python: string;
  requirementsFile: string;
  sources: readonly string[];
  onInstall: () => void;
}): Promise<string> {
  const { python, requirementsFile, sources, onInstall } = options;
  const requirements = await readFile(requirementsFile);
  const hash = createHash("sha256").update(requirements).digest("hex").slice(0, 12);
  const finished = join(CACHE_DIR, `python-${hash}`);
  const interpreter = join(finished, "bin/python");
  if (existsSync(interpreter)) return interpreter;

  onInstall();
  await mkdir(CACHE_DIR, { recursive: true });
  const unfinished = await mkdtemp(`${finished}-`);
  try {
    await runCommand(python, ["-m", "venv", unfinished]).catch((error: Error) => {
      throw new UserError(
        `Python can't create a virtual environment. On Debian and Ubuntu, run: apt install python3-venv. Python said: ${error.message}`,
      );
    });
    await runCommand(join(unfinished, "bin/python"), [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-input",
      "--disable-pip-version-check",
      "--require-hashes",
      "--only-binary=:all:",
      ...sources.map((name) => `--no-binary=${name}`),
      "--no-deps",
      `--requirement=${requirementsFile}`,
    ]).catch((error: Error) => {
      throw new UserError(
        `The emulator could not be installed from the Python package index. Check the network and try again. pip said: ${error.message}`,
      );
    });
    await rename(unfinished, finished).catch((error: unknown) => {
      if (!existsSync(interpreter)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return interpreter;
}
