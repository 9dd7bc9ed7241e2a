import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");

const folderOf = (path: string) => path.split("/")[0] ?? "";

/** Every import of one top-level folder from another, as "from --> to". Tests may import anything. */
async function findFolderImports(): Promise<Set<string>> {
  const listed = execFileSync("git", ["ls-files", "*/*.ts", "*/*.tsx"], { cwd: ROOT });
  const files = listed.toString().trim().split("\n");
  const imports = new Set<string>();
  for (const file of files.filter((path) => folderOf(path) !== "tests")) {
    const text = await readFile(join(ROOT, file), "utf8");
    for (const [, specifier = ""] of text.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)) {
      const imported = folderOf(join(dirname(file), specifier));
      if (imported !== folderOf(file)) imports.add(`${folderOf(file)} --> ${imported}`);
    }
  }
  return imports;
}

test("docs/architecture.md draws exactly the imports between folders, and no circle", async () => {
  const document = await readFile(join(ROOT, "docs/architecture.md"), "utf8");
  const [, drawing] = /## Which folder imports which.*?```mermaid\n(.*?)```/s.exec(document) ?? [];
  assert.ok(drawing, "the drawing is missing");
  const arrows = [...drawing.matchAll(/^ {2}(\S+) --> (.+)$/gm)].flatMap(([, from, to = ""]) =>
    to.split(" & ").map((folder) => `${from} --> ${folder}`),
  );
  assert.deepEqual(new Set(arrows), await findFolderImports());

  // Taking away whatever imports nothing that is left ends with nothing, unless there is a circle.
  let left = arrows;
  while (left.length > 0) {
    const importers = new Set(left.map((arrow) => arrow.split(" --> ")[0]));
    const next = left.filter((arrow) => importers.has(arrow.split(" --> ")[1]));
    assert.notEqual(next.length, left.length, `a circle among ${[...importers].join(", ")}`);
    left = next;
  }
});
