/** Each command that the documents name is run by a test, or is listed here with the reason why not. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { z } from "zod";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

const ACCOUNT = "needs an AWS account";
const BY_HAND = "takes minutes or a quiet machine; run by hand";

/** The file that runs a command, or the reason why none does. */
const COMMANDS: Record<string, { by: string } | { not: string }> = {
  "npm ci": { by: ".ci/run" },
  "npm test": { by: ".ci/run" },
  "npm start": { by: "tests/integration/start.test.ts" },
  "npm link": { not: "changes the machine" },
  "npm pack": { not: "is npm's own" },
  "npm install": { not: "needs a registry" },
  "npm run build": { not: `${BY_HAND}; its parts are built for the tests` },
  "npm run build:layer": { by: "tests/integration/layer-build.test.ts" },
  "npm run check:code": { by: "tests/command.ts" },
  "npm run convert": { by: "tests/e2e/convert-command.test.ts" },
  "npm run users": { by: "tests/e2e/users-command.test.ts" },
  "npm run redrive": { by: "tests/e2e/given-up.test.ts" },
  "npm run engine": { by: "tests/integration/convert-arguments.test.ts" },
  "npm run docs:formats": { by: "tests/unit/formats.test.ts" },
  "npm run cost": { by: "tests/infra/cost.test.ts" },
  "npm run deploy": { by: "tests/infra/deploy.test.ts" },
  "npm run deploy:local": { by: "tests/e2e/cdklocal.test.ts" },
  "npm run sbom": { by: "tests/repository/supply-chain.test.ts" },
  "npm run audit": { not: "needs a registry" },
  "npx biome": { not: "changes files; npm run check:code looks" },
  "npx cdk": { by: "tests/e2e/cdk.test.ts" },
  "npx cdklocal": { by: "tests/e2e/cdklocal.test.ts" },
  "npx tapedeck": { by: "tests/repository/documented-commands.test.ts" },
  "node layers/ffmpeg/build.ts": { by: "tests/integration/layer-build.test.ts" },
  "docker compose": { not: "needs Docker" },
  curl: { by: "tests/e2e/curl.test.ts" },
  aws: { not: ACCOUNT },
};

/** Suites of tests and benches are what runs things. */
const SUITE = /^npm run (test|bench)(:|$)/;
const SHELL = /^(export |API=)/;

/** What a line runs: its program, and of npm, npx and node the command. */
function nameCommand(line: string): string {
  const words = line
    .replace(/^\w+=\$\(/, "")
    .replace(/^(\w+=\S+ )+/, "")
    .split(" ");
  const [program = ""] = words;
  if (program === "npm") return words.slice(0, words[1] === "run" ? 3 : 2).join(" ");
  return ["npx", "node", "docker"].includes(program) ? words.slice(0, 2).join(" ") : program;
}

async function collectCommands(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const file of glob(["*.md", "docs/*.md", "client/*.md"], { cwd: ROOT })) {
    const text = (await readFile(join(ROOT, file), "utf8")).replaceAll(/\\\n\s*/g, " ");
    const fenced = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) =>
      block.split("\n"),
    );
    const inline = [...text.matchAll(/`((?:npm|npx|node|docker|curl|aws) [^`\n]+)`/g)];
    const lines = [...fenced, ...inline.map(([, line = ""]) => line)]
      .flatMap((line) => line.replace(/\s+#.*/, "").split(" && "))
      .map((line) => line.trim())
      .filter((line) => line !== "" && !SHELL.test(line) && !line.includes("npm …"));
    for (const command of lines.map(nameCommand)) {
      if (!SUITE.test(command)) found.set(command, file);
    }
  }
  return found;
}

test("each command in the documents is run by a test, or says why it isn't", async () => {
  const documented = await collectCommands();
  assert.deepEqual([...documented.keys()].sort(), Object.keys(COMMANDS).sort());
});

test("the file listed for each command runs it", async () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")));
  for (const [command, entry] of Object.entries(COMMANDS)) {
    const [program, verb, name = ""] = command.split(" ");
    const script = verb === "run" ? scripts[name] : undefined;
    if (program === "npm" && verb === "run") assert.ok(script, `${command} is no script`);
    if (!("by" in entry)) continue;
    assert.ok(existsSync(join(ROOT, entry.by)), entry.by);
    const runner = await readFile(join(ROOT, entry.by), "utf8");
    // A script's last file, or the folder that it is in, which the test starts or imports.
    const file = script?.match(/[\w./-]+\.ts/g)?.at(-1);
    const traces = file ? [file, file.split("/").slice(-2, -1)[0] ?? ""] : command.split(" ");
    assert.ok(
      traces.some((trace) => runner.includes(trace)),
      `${entry.by} shows no trace of ${command}`,
    );
  }
});

test("npx tapedeck is the command line", async () => {
  const { stdout } = await run(join(ROOT, "cli/bin.js"), ["--help"], {
    env: { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}` },
  });
  assert.match(stdout, /convert .*\n/);
});
