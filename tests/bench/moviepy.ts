import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const directory = join(import.meta.dirname, "../../.tapedeck/moviepy-2.2.1");

/** Returns a private Python with moviepy, which the replaced system used. The first call installs it. */
export async function findMoviepy(): Promise<{ python: string; script: string }> {
  const python = join(directory, "bin/python");
  if (!existsSync(join(directory, "complete"))) {
    await run("python3", ["-m", "venv", directory]);
    await run(python, ["-m", "pip", "install", "--quiet", "moviepy==2.2.1"]);
    await run("touch", [join(directory, "complete")]);
  }
  return { python, script: join(import.meta.dirname, "convert_with_moviepy.py") };
}
