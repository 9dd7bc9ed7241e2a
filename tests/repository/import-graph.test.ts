import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");

/** Every import of one place from another, as "from --> to"; a place without a name isn't drawn. */
async function findImports(nameOf: (path: string) => string | undefined): Promise<Set<string>> {
  const listed = execFileSync("git", ["ls-files", "*/*.ts", "*/*.tsx"], { cwd: ROOT });
  const imports = new Set<string>();
  for (const file of listed.toString().trim().split("\n")) {
    const from = nameOf(file);
    if (from === undefined) continue;
    const text = await readFile(join(ROOT, file), "utf8");
    for (const [, specifier = ""] of text.matchAll(/(?:from|import|import\()\s*"(\.[^"]+)"/g)) {
      const to = nameOf(join(dirname(file), specifier));
      if (to !== undefined && to !== from) imports.add(`${from} --> ${to}`);
    }
  }
  return imports;
}

/** The arrows of the drawing under a heading of docs/architecture.md. */
async function readDrawing(heading: string): Promise<string[]> {
  const document = await readFile(join(ROOT, "docs/architecture.md"), "utf8");
  const [, drawing] =
    new RegExp(`## ${heading}\n.*?\`\`\`mermaid\n(.*?)\`\`\``, "s").exec(document) ?? [];
  assert.ok(drawing, `the drawing under "${heading}" is missing`);
  return [...drawing.matchAll(/^ {2}(\S+) --> (.+)$/gm)].flatMap(([, from, to = ""]) =>
    to.split(" & ").map((folder) => `${from} --> ${folder}`),
  );
}

function assertNoCircle(arrows: readonly string[]): void {
  // Taking away whatever imports nothing that is left ends with nothing, unless there is a circle.
  let left = arrows;
  while (left.length > 0) {
    const importers = new Set(left.map((arrow) => arrow.split(" --> ")[0]));
    const next = left.filter((arrow) => importers.has(arrow.split(" --> ")[1]));
    assert.notEqual(next.length, left.length, `a circle among ${[...importers].join(", ")}`);
    left = next;
  }
}

test("docs/architecture.md draws exactly the imports between folders, and no circle", async () => {
  const arrows = await readDrawing("Which folder imports which");
  // Tests may import anything.
  const nameOf = (path: string) => (path.startsWith("tests/") ? undefined : path.split("/")[0]);
  assert.deepEqual(new Set(arrows), await findImports(nameOf));
  assertNoCircle(arrows);
});

test("docs/architecture.md draws exactly the imports between the engine's rooms, and no circle", async () => {
  const arrows = await readDrawing("The engine's rooms");
  const nameOf = (path: string) => {
    const [folder, room = ""] = path.split("/");
    if (folder !== "engine") return undefined;
    if (!room.endsWith(".ts")) return room;
    // The words that every room uses, and the story that uses every room.
    return room.startsWith("convert-") ? "convert" : undefined;
  };
  assert.deepEqual(new Set(arrows), await findImports(nameOf));
  assertNoCircle(arrows);
  const words = ["engine/failure.ts", "engine/types.ts"];
  const top = execFileSync("git", ["ls-files", "engine/*.ts"], { cwd: ROOT }).toString();
  assert.deepEqual(
    top.split("\n").filter((path) => path.split("/").length === 2 && !path.includes("convert-")),
    words,
  );
  for (const path of words) {
    assert.doesNotMatch(await readFile(join(ROOT, path), "utf8"), /from "\.\/(?!types\.ts)/);
  }
});
