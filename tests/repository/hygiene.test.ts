import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import { z } from "zod";

const ROOT = resolve(import.meta.dirname, "../..");
const read = (path: string) => readFile(join(ROOT, path), "utf8");

const Manifest = z.object({
  scripts: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
  optionalDependencies: z.record(z.string(), z.string()),
});

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      integrity: z.string().optional(),
      /** Comes inside another package, whose hash covers it. */
      inBundle: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

describe("what a clone is made from", async () => {
  const manifest = Manifest.parse(JSON.parse(await read("package.json")));

  test("the lock file names no registry, so that any mirror serves it", async () => {
    const lock = await read("package-lock.json");
    assert.doesNotMatch(lock, /"resolved": "(https?:|git)/);
    assert.match(lock, /"integrity": "sha512-/);
  });

  test("every package of every platform is pinned by its hash", async () => {
    const { packages } = Lock.parse(JSON.parse(await read("package-lock.json")));
    const unpinned = Object.entries(packages)
      .filter(([path, { integrity, inBundle, link }]) => path && !integrity && !inBundle && !link)
      .map(([path]) => path);
    assert.deepEqual(unpinned, []);
  });

  test("every direct dependency is pinned to one version", () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest;
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    assert.deepEqual(
      all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)),
      [],
    );
  });

  for (const folder of ["localstack", "tests/localstack", "tests/contract"]) {
    test(`the Python packages of ${folder} are pinned by version and hash, without an index`, async () => {
      const requirements = await read(`${folder}/requirements.txt`);
      assert.doesNotMatch(requirements, /:\/\//);
      for (const line of requirements.split("\n").filter((text) => /^\w/.test(text))) {
        assert.match(line, /^[\w-]+==[\w.]+ (; .+ )?\\$/);
      }
    });
  }

  test("the README names every script that a developer runs", async () => {
    const readme = await read("README.md");
    const missing = Object.keys(manifest.scripts).filter(
      (name) => !new RegExp(`(run |npm |\`)${name}[\` ]`).test(readme),
    );
    assert.deepEqual(missing, []);
  });
});

test("no tracked file holds a private key, an AWS access key or a path of somebody's machine", async () => {
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT }).toString().split("\0");
  const forbidden = [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
    /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
    /\/home\/\w+\/|\/root\/\w/,
  ];
  const found: string[] = [];
  for (const file of files.filter((name) => name && !name.startsWith("tests/repository/"))) {
    const text = await read(file);
    if (forbidden.some((pattern) => pattern.test(text))) found.push(file);
  }
  assert.deepEqual(found, []);
});
