/** Where the lean build's sources come from: in which order, and what a wrong or dead place does. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { findProgram } from "../../layers/ffmpeg/inspect.ts";
import { type Source, sources } from "../../layers/ffmpeg/lean-recipe.ts";
import { fetchSources } from "../../layers/ffmpeg/sources.ts";

const CONTENT = Buffer.from("a release");
const sha256 = createHash("sha256").update(CONTENT).digest("hex");
const requested: string[] = [];
const server = createServer(({ url = "" }, response) => {
  requested.push(url);
  if (url.startsWith("/good/")) return response.end(CONTENT);
  if (url.startsWith("/wrong/")) return response.end("another release");
  if (url.startsWith("/dead/")) return response.destroy();
  response.writeHead(404).end();
});
let base = "";
let scratch = "";

before(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "tapedeck-sources-"));
  requested.length = 0;
});

afterEach(() => rm(scratch, { recursive: true, force: true }));

/** A source that only the given addresses have. */
const sourceAt = (...paths: string[]): Source => ({
  name: "thing",
  version: "1",
  archives: [
    {
      file: "thing-1.tar.gz",
      sha256,
      isInDebian: false,
      addresses: paths.map((path) => `${base}/${path}/thing-1.tar.gz`),
    },
  ],
});

const fetchThing = (source: Source, places = {}) =>
  fetchSources([source], places, join(scratch, "kept"));

async function makeFolder(content: Buffer | string): Promise<string> {
  const folder = await mkdtemp(join(scratch, "folder-"));
  await writeFile(join(folder, "thing-1.tar.gz"), content);
  return folder;
}

test("a folder comes before a mirror, a mirror before the project's own addresses", async () => {
  const source = sourceAt("good/upstream");
  const mirror = `${base}/good/mirror`;
  const folder = await makeFolder(CONTENT);
  const [fetched] = await fetchThing(source, { folder, mirror });
  assert.deepEqual(await readFile(fetched?.path ?? ""), CONTENT);
  assert.deepEqual(requested, []);

  await rm(join(scratch, "kept"), { recursive: true });
  await fetchThing(source, { folder: scratch, mirror });
  assert.deepEqual(requested, ["/good/mirror/thing-1.tar.gz"]);

  await rm(join(scratch, "kept"), { recursive: true });
  await fetchThing(source);
  assert.equal(requested.at(-1), "/good/upstream/thing-1.tar.gz");

  await fetchThing(source);
  assert.equal(requested.length, 2, "what is kept isn't fetched again");
});

test("a dead place and one with another file are passed over", async () => {
  await fetchThing(sourceAt("dead", "missing", "wrong", "good"), {
    mirror: `${base}/wrong/mirror`,
  });
  const asked = requested.map((path) => path.split("/")[1]);
  assert.deepEqual(asked, ["wrong", "dead", "missing", "wrong", "good"]);
});

test("if no place has it, one sentence names each with the reason, and nothing is left behind", async () => {
  const mirror = "http://127.0.0.1:1";
  await assert.rejects(fetchThing(sourceAt("wrong", "missing"), { folder: scratch, mirror }), {
    message: new RegExp(
      `^thing 1 isn't available \\(${scratch}: it isn't there; ${mirror}/thing-1.tar.gz: .+; ${base}/wrong/thing-1.tar.gz: thing-1.tar.gz there is not the pinned file .+; ${base}/missing/thing-1.tar.gz: the answer is 404\\); put thing-1.tar.gz into a folder and set TAPEDECK_SOURCES to it$`,
    ),
  });
  assert.deepEqual(await readdir(join(scratch, "kept")), []);
});

test("a wrong file in the folder is refused, whatever else is available", async () => {
  const folder = await makeFolder("another release");
  await assert.rejects(fetchThing(sourceAt("good"), { folder }), {
    message: new RegExp(
      `^thing-1.tar.gz there is not the pinned file .*: take it out of ${folder}$`,
    ),
  });
  assert.deepEqual(requested, []);
});

test("a kept file that was damaged is fetched again", async () => {
  const [fetched] = await fetchThing(sourceAt("good"));
  const path = fetched?.path ?? "";
  await writeFile(path, "half");
  await fetchThing(sourceAt("good"));
  assert.deepEqual(await readFile(path), CONTENT);
});

const needsDebian = findProgram("apt-get") ? false : "there is no apt-get here";
test("Debian's archive has the release in some revision", { skip: needsDebian }, async () => {
  const lame = sources.find(({ name }) => name === "lame");
  assert.ok(lame);
  const archives = lame.archives.map((archive) => ({ ...archive, addresses: [] }));
  const [fetched] = await fetchThing({ ...lame, archives });
  assert.equal(fetched?.path, join(scratch, "kept/lame-3.100.tar.gz"));
});
