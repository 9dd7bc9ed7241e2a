import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");
/** Lists the words and their replacements, so it has to contain them. */
const WORD_LIST = "CONTRIBUTING.md";

/** Those of CONTRIBUTING's list that are wrong wherever they stand, and some turns of phrase. */
const WORDS = [
  /\bfilms?\b/i,
  /\bin front of\b/i,
  /\bby itself\b/i,
  /\bno job's\b/i,
  /\bbe had\b/i,
  /\banew\b/i,
  /\bin vain\b/i,
  /\bheld to the\b/i,
  /\bas old\b/i,
];

test("code and documents use the words of CONTRIBUTING.md", async () => {
  const patterns = ["*.ts", "*.tsx", "*.css", "*.md", "*.py"];
  const listed = execFileSync("git", ["ls-files", ...patterns], { cwd: ROOT }).toString();
  const own = `tests/repository/${import.meta.filename.split(/[\\/]/).at(-1)}`;
  const found: string[] = [];
  for (const file of listed.trim().split("\n")) {
    if (file === WORD_LIST || file === own) continue;
    const lines = (await readFile(join(ROOT, file), "utf8")).split("\n");
    for (const [index, line] of lines.entries()) {
      const word = WORDS.find((pattern) => pattern.test(line));
      if (word) found.push(`${file}:${index + 1}: ${line.trim()}`);
    }
  }
  assert.deepEqual(found, []);
});
