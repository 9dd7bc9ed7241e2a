import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { z } from "zod";
import { apiUrl, createUser } from "../harness/stack.ts";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
const CLIENT = join(ROOT, "client");

const Manifest = z.object({ dependencies: z.record(z.string(), z.string()) });
const Packed = z.array(
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
);

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tapedeck-package-"));
});
after(() => rm(folder, { recursive: true }));

const readManifest = async (path: string) =>
  Manifest.parse(JSON.parse(await readFile(path, "utf8")));

test("the packed client runs the example of its README, with its types", async () => {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: CLIENT,
  });
  // The JSON comes after the output of `prepack`.
  const [packed] = Packed.parse(JSON.parse(stdout.slice(stdout.indexOf("[\n"))));
  assert(packed);
  const strangers = packed.files.filter(
    ({ path }) => !/^(dist\/.+\.(js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(path),
  );
  assert.deepEqual(strangers, []);

  const installed = join(folder, "node_modules/tapedeck-client");
  await mkdir(installed, { recursive: true });
  await run("tar", [
    "-xzf",
    join(folder, packed.filename),
    "-C",
    installed,
    "--strip-components=1",
  ]);
  const { dependencies } = await readManifest(join(installed, "package.json"));
  const root = await readManifest(join(ROOT, "package.json"));
  for (const [name, version] of Object.entries(dependencies)) {
    assert.equal(version, root.dependencies[name], `${name} is the one that is tested here`);
  }
  for (const name of [...Object.keys(dependencies), "is-network-error", "@types", "undici-types"]) {
    const link = join(folder, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), link);
  }

  const [, example] =
    /```ts\n(.*?)```/s.exec(await readFile(join(CLIENT, "README.md"), "utf8")) ?? [];
  assert(example, "the README has an example");
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "example.ts"), example);
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
  await run(join(ROOT, "node_modules/.bin/tsc"), [...flags, "--types", "node", "example.ts"], {
    cwd: folder,
  });

  await copyFile(join(ROOT, "localstack/sample/arpeggio.mp4"), join(folder, "talk.mp4"));
  const { email, password } = await createUser();
  const answer = await run(process.execPath, ["example.ts"], {
    cwd: folder,
    env: {
      ...process.env,
      TAPEDECK_API_URL: apiUrl,
      TAPEDECK_EMAIL: email,
      TAPEDECK_PASSWORD: password,
    },
  });
  assert.match(answer.stdout, /^20(\.\d+)? s of audio, from \d+ bytes sent\n$/);
  assert((await stat(join(folder, "talk.mp3"))).size > 100_000);
});
