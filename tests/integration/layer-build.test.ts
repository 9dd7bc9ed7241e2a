import assert from "node:assert/strict";
import { type ExecFileException, execFile } from "node:child_process";
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, test } from "node:test";
import { LayerManifest } from "../../layers/ffmpeg/build.ts";
import { writeTools } from "../../layers/ffmpeg/build-lean.ts";
import { readHostArch } from "../../layers/ffmpeg/inspect.ts";
import { leanDirectory } from "../../layers/ffmpeg/lean.ts";
import { repositoryRoot } from "../../layers/ffmpeg/paths.ts";
import { fetchWheelFfmpeg, hashFile } from "../../layers/ffmpeg/wheel.ts";

const arch = readHostArch();
const otherArch = arch === "arm64" ? "x86_64" : "arm64";
const clones: string[] = [];

after(() => Promise.all(clones.map((clone) => rm(clone, { recursive: true, force: true }))));

test("without a compiler the layer gets a full ffmpeg and says why", async () => {
  const clone = await cloneLayer();
  await cacheWheel(clone, arch);
  const first = await build(clone, arch);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^dist\/layers\/ffmpeg-\w+: ffmpeg \S+, PyPI's imageio-ffmpeg/);
  assert.match(first.stdout, /no lean build: no make, python3 here: /);

  const layer = join(clone, `dist/layers/ffmpeg-${arch}`);
  const manifest = LayerManifest.parse(
    JSON.parse(await readFile(join(layer, "manifest.json"), "utf8")),
  );
  const program = join(layer, "bin/ffmpeg");
  assert.equal(manifest.sha256, await hashFile(program));
  assert.equal(manifest.checked, true);
  assert.equal((await stat(program)).mode & 0o111, 0o111);
  assert.match(
    await readFile(join(layer, "licenses/GPL-3.0.txt"), "utf8"),
    /GENERAL PUBLIC LICENSE/,
  );

  const made = await stat(layer);
  assert.equal((await build(clone, arch)).code, 0);
  assert.equal((await stat(layer)).ino, made.ino, "the second build made it again");
});

test("the deployment refuses a full ffmpeg", async () => {
  const clone = await cloneLayer();
  await cacheWheel(clone, arch);
  const refused = await build(clone, arch, "/nowhere", ["--require-lean"]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /isn't deployed unless you allow it: .*--allow-fallback.*\.\n$/);
});

test("a compile that fails is an error that names the log, and leaves no layer to deploy", async () => {
  const clone = await cloneLayer();
  await cacheWheel(clone, arch);
  const tools = await addTools(clone);
  await cacheCompiler(clone);
  await writeFile(
    join(clone, "layers/ffmpeg/sources.ts"),
    'export const fetchSources = async () => [{ name: "lame", path: "/nowhere" }];',
  );
  const { code, stderr } = await build(clone, arch, tools);
  assert.equal(code, 1);
  const log = `.tapedeck/ffmpeg/lean-${arch}.log`;
  assert.match(
    stderr,
    new RegExp(`^The lean build for ${arch} failed .*${log} says why\\. .*\\.\n$`),
  );
  assert.match(await readFile(join(clone, log), "utf8"), /python3: cannot work/);
  await assert.rejects(stat(join(clone, "dist")));
});

test("no compiler or assembler of this machine is on the build's PATH", async () => {
  const clone = await cloneLayer();
  const tools = await writeTools(arch, "/nowhere", join(clone, "tools"));
  const others = (await readdir(tools)).filter((name) => !name.startsWith("tapedeck-"));
  assert.ok(others.includes("make"));
  for (const name of ["ar", "as", "c++", "c99", "cc", "clang", "cpp", "g++", "gcc", "gmake", "ld"])
    assert.ok(!others.includes(name), name);
  assert.doesNotMatch(others.join(" "), /nasm|yasm|gcc|clang|llvm/);
});

test("--plain-lame says where the build without our changes to LAME is, and writes no layer", async () => {
  const clone = await cloneLayer();
  const key = leanDirectory(arch, "plain");
  const program = join(clone, relative(repositoryRoot, key), "bin/ffmpeg");
  await mkdir(dirname(program), { recursive: true });
  await writeFile(program, "");
  const { code, stdout } = await build(clone, arch, "/nowhere", ["--plain-lame"]);
  assert.equal(code, 0);
  assert.equal(stdout, `${relative(repositoryRoot, key)}\n`);
  assert.notEqual(key, leanDirectory(arch));
  await assert.rejects(stat(join(clone, "dist")));
});

test("a program for another processor never gets into the layer", async () => {
  const clone = await cloneLayer();
  await cacheWheel(clone, otherArch);
  const { code, stderr } = await build(clone, otherArch);
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`is for ${arch}, not ${otherArch}`));
});

test("if there is no ffmpeg, one sentence says so", async () => {
  const clone = await cloneLayer();
  const { code, stderr } = await build(clone, arch);
  assert.equal(code, 1);
  assert.match(stderr, /^No ffmpeg for the \w+ layer: .*no make, python3 here.*\.\n$/);
  assert.equal(stderr.trim().split("\n").length, 1);
});

test("a local run takes FFMPEG_BIN, or else an ffmpeg that exists, and says which", async () => {
  const clone = await cloneLayer();
  const wheel = await fetchWheelFfmpeg(process.platform, arch);
  assert.match((await resolve(clone, { FFMPEG_BIN: wheel })).stdout, /from FFMPEG_BIN$/m);
  const wrong = await resolve(clone, { FFMPEG_BIN: process.execPath });
  assert.match(wrong.stderr, /FFMPEG_BIN is .*correct it or unset it\./);
  const none = await resolve(clone, {});
  assert.match(none.stderr, /No ffmpeg: .*set FFMPEG_BIN to its path\./);
  await cacheWheel(clone, arch);
  assert.match((await resolve(clone, {})).stdout, /from PyPI's imageio-ffmpeg/m);
});

test("the link that conversions follow moves once the lean build is there", async () => {
  const clone = await cloneLayer();
  await cacheWheel(clone, arch);
  const link = join(clone, "ffmpeg");
  const script = (call: string) =>
    runNode(
      ["--input-type=module", "--eval", `${importing(clone)} console.log(await ${call});`],
      {},
    );
  const before = await script(`linkFfmpeg("${link}").then(({ source }) => source)`);
  assert.match(before.stdout, /^PyPI's imageio-ffmpeg/);
  assert.match(await readlink(link), /imageio-ffmpeg/);

  const program = join(clone, relative(repositoryRoot, leanDirectory(arch)), "bin/ffmpeg");
  await mkdir(dirname(program), { recursive: true });
  await symlink(await readlink(link), program);
  const after = await script(`improveFfmpeg("${link}", {})`);
  assert.match(after.stdout, /^From the next conversion on: the lean build \(ffmpeg \S+\)$/m);
  assert.equal(await readlink(link), program);
});

/**
 * Copies layers/ into its own folder, so that a test's build isn't the one that the developer uses.
 */
async function cloneLayer(): Promise<string> {
  const clone = await mkdtemp(join(tmpdir(), "tapedeck-layer-"));
  clones.push(clone);
  for (const path of ["layers/ffmpeg", "package.json"]) {
    await cp(join(repositoryRoot, path), join(clone, path), { recursive: true });
  }
  await mkdir(join(clone, "node_modules"));
  await symlink(join(repositoryRoot, "node_modules/zod"), join(clone, "node_modules/zod"));
  return clone;
}

/** Puts this machine's ffmpeg from PyPI where the clone looks for the one for `target`. */
async function cacheWheel(clone: string, target: string): Promise<void> {
  const wheel = await fetchWheelFfmpeg("linux", arch);
  const path = join(clone, relative(repositoryRoot, wheel).replace(arch, target));
  await mkdir(dirname(path), { recursive: true });
  await symlink(wheel, path);
}

/** Adds programs with all the names that a lean build calls. None of them works. */
async function addTools(clone: string): Promise<string> {
  const directory = join(clone, "tools");
  await mkdir(directory);
  for (const name of ["make", "python3"]) {
    const script = `#!/bin/sh\necho ${name}: cannot work >&2\nexit 1\n`;
    await writeFile(join(directory, name), script, { mode: 0o755 });
  }
  return directory;
}

/** Puts an empty folder where the clone looks for its compiler. */
async function cacheCompiler(clone: string): Promise<void> {
  await writeFile(
    join(clone, "layers/ffmpeg/zig.ts"),
    'export const zigVersion = "0";\nexport const fetchZig = async () => "/nowhere";\n',
  );
}

const build = (clone: string, target: string, path = "/nowhere", options: readonly string[] = []) =>
  runNode([join(clone, "layers/ffmpeg/build.ts"), "--arch", target, ...options], { PATH: path });

/** A line of JavaScript that imports what the clone finds its ffmpeg with. */
const importing = (clone: string) =>
  `const { improveFfmpeg, linkFfmpeg, resolveFfmpeg } = await import(${JSON.stringify(join(clone, "layers/ffmpeg/resolve.ts"))});`;

/** Says in one line what the clone's `resolveFfmpeg` gives. */
function resolve(clone: string, environment: Record<string, string>) {
  const script = `${importing(clone)}
    const { version, source } = await resolveFfmpeg();
    console.log(version + " from " + source);`;
  return runNode(["--input-type=module", "--eval", script], environment);
}

/** Runs Node with a PATH on which nothing is installed. */
function runNode(args: string[], environment: Record<string, string>) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((settle) => {
    execFile(
      process.execPath,
      args,
      { env: { PATH: "/nowhere", ...environment } },
      (error: ExecFileException | null, stdout, stderr) =>
        settle({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}
