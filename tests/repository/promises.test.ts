import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const tests = new Map(
  globSync("tests/**/*.ts", { cwd: ROOT }).map((path) => [basename(path), read(path)]),
);
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read("package.json")));

/** The last cell of each row of the tables whose last column names tests. */
function listProofs(text: string): string[] {
  const tables = text.split("\n\n").filter((block) => /^\|.*\| (Proof|Test) +\|/.test(block));
  return tables.flatMap((table) =>
    table
      .split("\n")
      .slice(2)
      .map((row) => row.split("|").at(-2)?.trim() ?? ""),
  );
}

for (const path of ["docs/reliability.md", "docs/security.md"]) {
  const text = read(path);
  describe(`the promises of ${path}`, () => {
    test("name tests that exist, by names that they have", () => {
      const proofs = listProofs(text);
      assert(proofs.length >= 10);
      for (const proof of proofs) {
        assert.notEqual(proof, "", "each promise has its proof");
        const files = proof.match(/[\w-]+\.test\.ts/g) ?? [];
        for (const file of files) assert(tests.has(file), `${file} isn't there`);
        const texts = files.length > 0 ? files.map((file) => tests.get(file)) : [...tests.values()];
        for (const [, name = ""] of proof.matchAll(/"([^"]+)"/g)) {
          assert(
            texts.some((source) => source?.includes(name)),
            `no test is named "${name}"`,
          );
        }
      }
    });

    test("name commands that exist", () => {
      const commands = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
      assert(commands.length > 0);
      for (const command of commands) assert(scripts[command], `npm run ${command} isn't there`);
    });
  });
}
