import assert from "node:assert/strict";
import { test } from "node:test";
import { hashInputs } from "../../localstack/assembly.ts";
import { pickPageAddresses } from "../../localstack/emulator.ts";

const hashWith = (environment: Record<string, string>) =>
  hashInputs({
    endpoint: "http://127.0.0.1:4566",
    databaseUrl: "postgres://tapedeck@127.0.0.1:5432/tapedeck",
    ffmpegPath: "ffmpeg",
    assemblyDir: "cdk.out",
    pageAddresses: pickPageAddresses(environment),
  });

test("an assembly depends on the addresses of the page and the emulator", async () => {
  const hashes = await Promise.all([
    hashWith({}),
    hashWith({ TAPEDECK_PUBLIC_ENDPOINT: "http://localhost:4566" }),
    hashWith({ TAPEDECK_PAGE_ORIGIN: "http://localhost:5173" }),
  ]);
  assert.equal(new Set(hashes).size, hashes.length);
  assert.equal(await hashWith({ SOMETHING_ELSE: "1" }), hashes[0]);
});
