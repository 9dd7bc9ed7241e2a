import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { convertFile } from "../media/convert-file.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

const run = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), "engine-protected-"));
after(() => rm(directory, { recursive: true }));

async function makeSound(name: string, ...args: string[]): Promise<string> {
  const path = join(directory, name);
  const input = ["-f", "lavfi", "-i", "sine=duration=1"];
  await run(await findFullFfmpeg(), ["-v", "error", "-y", ...input, ...args, path]);
  return path;
}

async function assertEncrypted(path: string): Promise<void> {
  const { outcome, sink } = await convertFile(path);
  assert.equal(outcome.kind === "failed" && outcome.code, "encrypted", JSON.stringify(outcome));
  assert.ok(sink.aborted);
}

async function assertConverted(path: string): Promise<void> {
  const { outcome } = await convertFile(path);
  assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
}

test("an MP4 under common encryption is refused as encrypted", async () => {
  const key = "00112233445566778899aabbccddeeff";
  const args = ["-encryption_scheme", "cenc-aes-ctr", "-encryption_key", key];
  await assertEncrypted(await makeSound("cenc.mp4", ...args, "-encryption_kid", key));
});

/** Puts an object of 64 zeros before the others of an ASF header. */
function insertAsfObject(asf: Buffer, guid: string): Buffer {
  const head = Buffer.from(asf.subarray(0, 30));
  const object = Buffer.concat([Buffer.from(guid, "hex"), Buffer.alloc(8 + 64)]);
  object.writeBigUInt64LE(BigInt(object.length), 16);
  head.writeBigUInt64LE(head.readBigUInt64LE(16) + BigInt(object.length), 16);
  head.writeUInt32LE(head.readUInt32LE(24) + 1, 24);
  return Buffer.concat([head, object, asf.subarray(30)]);
}

const ASF_OBJECTS = {
  "content encryption": "fbb3112223bdd211b4b700a0c955fc6e",
  "extended content encryption": "14e68a292226174cb935dae07ee9289c",
  "advanced content encryption": "338505438169e6499b74ad12cb86d58c",
};

for (const [name, guid] of Object.entries(ASF_OBJECTS)) {
  test(`a WMA with ${name} in its header is refused as encrypted`, async () => {
    const path = await makeSound("sound.wma");
    await writeFile(path, insertAsfObject(await readFile(path), guid));
    await assertEncrypted(path);
  });
}

test("a WMA whose header has an unknown object is converted", async () => {
  const path = await makeSound("unknown.wma");
  await writeFile(path, insertAsfObject(await readFile(path), "00".repeat(16)));
  await assertConverted(path);
});

test("a Matroska track with content encryption is refused as encrypted", async () => {
  const path = await makeSound("sound.mkv", "-c:a", "flac");
  await assertConverted(path);
  const bytes = await readFile(path);
  // Instead of the lacing flag and the language: content encodings with one, which encrypts.
  const at = bytes.indexOf("9c810022b59c83756e64", 0, "hex");
  assert.ok(at > 0);
  bytes.write("6d808762408450358100", at, "hex");
  await writeFile(path, bytes);
  await assertEncrypted(path);
});
