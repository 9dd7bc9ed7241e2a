import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");
/** Lists the words and their replacements, so it has to contain them. */
const WORD_LIST = "CONTRIBUTING.md";

/** Words of CONTRIBUTING's list that are wrong everywhere, and phrases that read as a translation. */
const WORDS = [
  /\bfilms?\b/i,
  /\bin front of\b/i,
  /\bby itself\b/i,
  /\bno job's\b/i,
  /\bbe had\b/i,
  /\banew\b/i,
  /\bin vain\b/i,
  /\bheld to the\b/i,
  /\b(the|an) own\b/i,
  /\b(samples|bytes|bits) a (channel|packet|frame)\b/i,
  /\bso (often|long) (a|is|are)\b/i,
  /\bfor want of\b/i,
  /\bat hand\b/i,
  /\bin nobody's way\b/i,
  /\bmade again\b/i,
  /\bwork(ed|s)? off\b/i,
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

/** Most documents are wrapped at 110 columns. The rest is for a bracket or a full stop. */
const MOST_COLUMNS = 115;

test("documents have wrapped paragraphs", async () => {
  const listed = execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT }).toString();
  const long: string[] = [];
  for (const file of listed.trim().split("\n")) {
    const text = (await readFile(join(ROOT, file), "utf8")).replaceAll(/^\s*```.*?^\s*```/gms, "");
    for (const line of text.split("\n")) {
      // Tables, headings and pictures stay on one line, and so does a long command.
      if (/^\s*(\||#|!\[)/.test(line) || /`[^`]{60,}`/.test(line)) continue;
      if (line.length > MOST_COLUMNS) long.push(`${file}: ${line}`);
    }
  }
  assert.deepEqual(long, []);
});
