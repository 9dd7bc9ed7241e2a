/**
 * `npm run test:clients` reads the API's document with other people's tools. Two linters find nothing to
 * warn about, and the Python client that openapi-generator creates from it converts a video. It isn't part
 * of `npm test`, because it needs Java, and installs some 150 MB once.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, suite, test } from "node:test";
import { CACHE_DIR, ROOT_DIR } from "../../deployed/state.ts";
import { runCommand } from "../../localstack/child.ts";
import { findPython, preparePython } from "../../localstack/python.ts";
import { apiUrl, createUser } from "../harness/stack.ts";

const FOLDER = join(ROOT_DIR, "tests/clients");
const LINTERS = ["@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3"];
const VIDEO = join(ROOT_DIR, "localstack/sample/arpeggio.mp4");

/** Installs the linters once, apart from this project's packages. @returns the folder of their commands */
async function prepareLinters(): Promise<string> {
  const finished = join(CACHE_DIR, "linters", LINTERS.join("-").replaceAll(/[^\w.]+/g, "-"));
  if (!existsSync(finished)) {
    await mkdir(dirname(finished), { recursive: true });
    const unfinished = await mkdtemp(`${finished}-`);
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await runCommand("npm", ["install", `--prefix=${unfinished}`, ...quiet, ...LINTERS]);
    await rename(unfinished, finished);
  }
  return join(finished, "node_modules/.bin");
}

suite("the API's document", () => {
  let directory: string;
  let file: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-clients-"));
    file = join(directory, "openapi.json");
    await writeFile(file, await (await fetch(`${apiUrl}/openapi.json`)).text());
    await writeFile(join(directory, "spectral.json"), '{ "extends": ["spectral:oas"] }');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  test("gives Redocly and Spectral nothing to warn of", async () => {
    const commands = await prepareLinters();
    const env = {
      ...process.env,
      REDOCLY_TELEMETRY: "off",
      REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
    };
    // The only successful answer of a feed's episode is a redirect.
    const lint = ["lint", "--extends=recommended-strict", "--skip-rule=operation-2xx-response"];
    await runCommand(join(commands, "redocly"), [...lint, file], { env });
    const rules = `--ruleset=${join(directory, "spectral.json")}`;
    await runCommand(join(commands, "spectral"), ["lint", rules, "--fail-severity=hint", file]);
  });

  test("becomes a Python client that converts a video", async () => {
    await runCommand("java", ["-version"]).catch((cause: unknown) => {
      throw new Error("openapi-generator needs Java 11 or later as `java`.", { cause });
    });
    const python = await preparePython({
      python: await findPython(),
      requirementsFile: join(FOLDER, "requirements.txt"),
      sources: [],
      onInstall: () => process.stderr.write("Installing openapi-generator (once)\n"),
    });
    const client = join(directory, "client");
    const findJar = "import openapi_generator_cli as it; print(it.__path__[0])";
    const jar = join((await runCommand(python, ["-c", findJar])).trim(), "openapi-generator.jar");
    const options = ["--generator-name=python", "--package-name=tapedeck_client"];
    await runCommand("java", [
      "-jar",
      jar,
      "generate",
      `--input-spec=${file}`,
      `--output=${client}`,
      ...options,
    ]);
    const { email, password } = await createUser();
    const script = join(FOLDER, "convert.py");
    const printed = await runCommand(python, [script, client, apiUrl, email, password, VIDEO]);
    assert.equal(printed.trim(), "completed True");
  });
});
