import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";

const FOLDER = resolve(import.meta.dirname, "../../docs/adr");
const HEADINGS = ["## Context", "## Decision", "## Consequences", "## Alternatives"];
const HEAD =
  /^# (?<number>\d+)\. (?<title>.+)\n\n- Status: (?<status>accepted|superseded by \[ADR \d+\]\(.+\))\n- Date: (?<date>\d{4}-\d\d-\d\d)\n\n## Context\n/;

test("every decision has one form and a line in the index, and every link leads to a file", async () => {
  const files = (await readdir(FOLDER)).filter((name) => /^\d{4}-.+\.md$/.test(name)).sort();
  assert(files.length > 0);
  const lines: string[][] = [];
  for (const file of files) {
    const text = await readFile(join(FOLDER, file), "utf8");
    const { number, title, status, date } = HEAD.exec(text)?.groups ?? {};
    assert(number && title && status && date, `${file} begins like the form in docs/adr/README.md`);
    assert.equal(Number(file.slice(0, 4)), Number(number), file);
    assert.deepEqual(text.match(/^## .+$/gm), HEADINGS, file);
    for (const [, linked = ""] of text.matchAll(/\]\((\d{4}-[^)#]+)\)/g)) {
      assert(files.includes(linked), `${file} links to ${linked}`);
    }
    lines.push([number, `[${title}](${file})`, status, date]);
  }
  const index = await readFile(join(FOLDER, "README.md"), "utf8");
  const rows = [...index.matchAll(/^\| (\d+ .+) \|$/gm)].map(([, row = ""]) => row.split(/ +\| +/));
  assert.deepEqual(
    rows.map((row) => row.map((cell) => cell.trim())),
    lines,
  );
});
