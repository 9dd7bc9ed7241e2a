import assert from "node:assert/strict";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { describe, test } from "node:test";
import { readSecrets } from "../../deployed/state.ts";
import { stack } from "../harness/stack.ts";

const { stateDir } = stack;

describe("what a stack keeps on disk", { skip: !stateDir && "it isn't ours" }, () => {
  test("hides the database's and the demo user's password from other users", async () => {
    const secrets = await readSecrets(stateDir ?? "");
    assert.ok(secrets);
    const files = await readdir(stateDir ?? "", { recursive: true, withFileTypes: true });
    const holders: string[] = [];
    for (const file of files.filter((entry) => entry.isFile())) {
      const path = join(file.parentPath, file.name);
      const bytes = await readFile(path).catch(() => Buffer.alloc(0));
      const holds = [secrets.databasePassword, secrets.demoPassword].some((secret) =>
        bytes.includes(secret),
      );
      if (!holds) continue;
      const name = relative(stateDir ?? "", path);
      holders.push(name);
      const { mode } = await stat(path);
      assert.equal(mode & 0o077, 0, `${name} has mode ${mode.toString(8)}`);
    }
    assert.ok(holders.includes("secrets.json"));
    assert.ok(holders.includes("cdk.out/Tapedeck.template.json"), holders.join());
  });
});
