import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ApiError, NetworkError } from "../../client/errors.ts";
import { sendSource, type UnfinishedUpload } from "../../client/send.ts";
import { MemoryStorage, sourceOf } from "../fakes/memory-storage.ts";
import { skipPauses } from "../fakes/skip-pauses.ts";

const content = new Uint8Array(250).fill(7);

/** Starts an upload whose API, storage and memory of earlier visits are in this process. */
function setUp(known?: UnfinishedUpload) {
  const storage = new MemoryStorage();
  const remembered: (UnfinishedUpload | undefined)[] = [];
  const api: Parameters<typeof sendSource>[0] = {
    createUpload: async () => ({
      jobId: "NEW",
      upload: { kind: "multipart", key: "source", partSizeBytes: 100 },
    }),
    readJob: () => assert.fail("no job is looked up"),
    sign: (_jobId, request) => storage.sign(request),
    signParts: (_jobId, request) => storage.signParts(request),
  };
  const send = () =>
    sendSource(
      api,
      storage.transport,
      {
        ...{ fileName: "talk.mp4", contentType: "video/mp4", options: { quality: "v2" } },
        ...{ cover: undefined, source: sourceOf(content), known },
      },
      {
        signal: new AbortController().signal,
        remember: (upload) => void remembered.push(upload),
        show: () => {},
      },
    );
  return { storage, api, remembered, send };
}

suite("sending a source", () => {
  test("succeeds if the file has arrived, although the last answer was lost", async (t) => {
    skipPauses(t);
    const { storage, api, send } = setUp();
    storage.fault = (request) => (request === "POST upload" ? "answer-lost" : undefined);
    api.sign = (_jobId, request) => {
      // The API signs nothing for a job whose file S3 has announced.
      if (storage.object) throw new ApiError(409, { code: "already-uploaded" });
      return storage.sign(request);
    };
    assert.equal(await send(), "NEW");
    assert.deepEqual(storage.object, Buffer.from(content));
  });

  test("forgets a job that no longer exists, and creates another", async () => {
    const { storage, api, remembered, send } = setUp({ jobId: "GONE" });
    api.readJob = () => Promise.reject(new ApiError(404, { code: "not-found" }));
    assert.equal(await send(), "NEW");
    assert.deepEqual(
      remembered.map((upload) => upload?.jobId),
      [undefined, "NEW", "NEW"],
    );
    assert.deepEqual(storage.object, Buffer.from(content));
  });

  test("tries ten times, waits longer each time, and at random", async (t) => {
    const pauses = skipPauses(t);
    const attempt = async (random: number) => {
      t.mock.method(Math, "random", () => random);
      const { storage, send } = setUp();
      storage.fault = () => "unreachable";
      pauses.length = 0;
      await assert.rejects(send(), NetworkError);
      assert.equal(storage.requests.length, 10);
      return pauses.map((milliseconds) => Math.round(milliseconds));
    };
    const shortest = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];
    assert.deepEqual(await attempt(0), shortest);
    const longer = await attempt(0.5);
    assert.deepEqual(longer.slice(0, 5), [750, 1500, 3000, 6000, 12_000]);
  });
});
