import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");
/** Fewer lines than this are alike by chance. */
const LINES = 4;

/** Returns each run of lines of code in `folders`, with its place. */
function listRuns(folders: string): Map<string, string> {
  const runs = new Map<string, string>();
  for (const path of globSync(folders, { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, path), "utf8").replace(/^import [^;]+;$/gm, "");
    const lines = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /\w/.test(line) && !/^(\/\/|\/?\*)/.test(line));
    for (let at = 0; at + LINES <= lines.length; at++) {
      runs.set(lines.slice(at, at + LINES).join("\n"), path);
    }
  }
  return runs;
}

test("the command and the page repeat no logic of each other: it is in client/", () => {
  const command = listRuns("{cli,client/node}/**/*.ts");
  const page = listRuns("{web/src,client/browser}/**/*.{ts,tsx}");
  assert(command.size > 500 && page.size > 2000);
  const repeated = [...command].filter(([run]) => page.has(run));
  assert.deepEqual(
    repeated.map(([run, path]) => `${path} and ${page.get(run)}:\n${run}`),
    [],
  );
});

/** Requests that go neither to the API nor upload anything. client/ sends all others. */
const OWN_REQUESTS: Record<string, string> = {
  "cli/http-source.ts": "reads a video from an address, for the engine",
  "web/src/config.ts": "reads the page's settings",
  "web/src/cover.ts": "reads the cover in an MP3",
  "web/src/download.ts": "looks whether an MP3 can be read",
  "web/src/service-worker/serve-zip.ts": "reads MP3s into a ZIP",
  "web/src/service-worker/shell.ts": "keeps the page's own files",
};

test("the command and the page send nothing to the API or S3 except through client/", () => {
  const sending = globSync("{cli,web/src}/**/*.{ts,tsx}", { cwd: ROOT }).filter((path) =>
    /\bfetch\(|XMLHttpRequest|"node:https?"|"p-retry"/.test(readFileSync(join(ROOT, path), "utf8")),
  );
  assert.deepEqual(sending.sort(), Object.keys(OWN_REQUESTS).sort());
});
