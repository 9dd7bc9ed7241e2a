import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, suite, test } from "node:test";
import { ApiError } from "../../client/errors.ts";
import type { Wait } from "../../client/retry.ts";
import { uploadMultipart, uploadSingle } from "../../client/upload.ts";
import { type Fault, MemoryStorage, sourceOf } from "../fakes/memory-storage.ts";
import { skipPauses } from "../fakes/skip-pauses.ts";

const PART_BYTES = 100;
const content = new Uint8Array(2450).map((_, index) => index % 251);

/** Creates an upload of 25 parts, of which ListParts returns 10 per page. */
function createUpload(storage: MemoryStorage) {
  const waits: (Wait | undefined)[] = [];
  const sent: number[] = [];
  const context = {
    source: sourceOf(content),
    transport: storage.transport,
    sign: storage.sign,
    signParts: storage.signParts,
    signal: new AbortController().signal,
    onSentBytes: (bytes: number) => sent.push(bytes),
    onWait: (wait: Wait | undefined) => waits.push(wait),
  };
  return { context, waits, sent };
}

const once =
  (wanted: string, fault: Fault): MemoryStorage["fault"] =>
  (request, count) =>
    request === wanted && count === 1 ? fault : undefined;

const partsSent = ({ requests }: MemoryStorage) =>
  requests.filter((request) => request.startsWith("PUT part"));

suite("an upload in parts", () => {
  beforeEach(() => void skipPauses({ mock }));
  afterEach(() => mock.restoreAll());

  test("arrives whole, sends each part once, and reports its progress", async () => {
    const storage = new MemoryStorage();
    const { context, sent, waits } = createUpload(storage);
    const ids: string[] = [];
    await uploadMultipart({ partSizeBytes: PART_BYTES }, (id) => void ids.push(id), context);
    assert.deepEqual(storage.object, Buffer.from(content));
    assert.equal(partsSent(storage).length, 25);
    assert.equal(sent.at(-1), content.length);
    assert.deepEqual(ids, ["upload-1"]);
    assert.deepEqual(waits, []);
  });

  test("continues with the parts that S3 doesn't have, however many pages list them", async () => {
    const storage = new MemoryStorage();
    const { context, sent } = createUpload(storage);
    const parts = new Map<number, Buffer>();
    for (let number = 1; number <= 23; number++) {
      const start = (number - 1) * PART_BYTES;
      parts.set(number, Buffer.from(content.subarray(start, start + PART_BYTES)));
    }
    storage.uploads.set("known", parts);
    await uploadMultipart({ partSizeBytes: PART_BYTES, uploadId: "known" }, () => {}, context);
    assert.deepEqual(storage.object, Buffer.from(content));
    assert.deepEqual(partsSent(storage).sort(), ["PUT part 24", "PUT part 25"]);
    assert.equal(sent[0], 2300);
  });

  test("sends a part again if S3 has it in another size", async () => {
    const storage = new MemoryStorage();
    storage.uploads.set("known", new Map([[3, Buffer.alloc(7)]]));
    const { context } = createUpload(storage);
    await uploadMultipart({ partSizeBytes: PART_BYTES, uploadId: "known" }, () => {}, context);
    assert.deepEqual(storage.object, Buffer.from(content));
  });

  test("starts over if S3 no longer knows it", async () => {
    const storage = new MemoryStorage();
    const { context } = createUpload(storage);
    const ids: string[] = [];
    const state = { partSizeBytes: PART_BYTES, uploadId: "forgotten" };
    await uploadMultipart(state, (id) => void ids.push(id), context);
    assert.deepEqual(storage.object, Buffer.from(content));
    assert.deepEqual(ids, ["upload-1"]);
  });

  for (const fault of ["unreachable", "answer-lost", "expired", "unavailable"] as const) {
    for (const request of ["POST", "PUT part 7", "POST upload"]) {
      test(`survives ${fault} at ${request}`, async () => {
        const storage = new MemoryStorage();
        storage.fault = once(request, fault);
        const { context, waits } = createUpload(storage);
        await uploadMultipart({ partSizeBytes: PART_BYTES }, () => {}, context);
        assert.deepEqual(storage.object, Buffer.from(content));
        assert.deepEqual(waits, ["retrying", undefined]);
      });
    }
  }

  test("isn't reported as sent if S3 dropped it before it could be completed", async () => {
    const storage = new MemoryStorage();
    storage.fault = (request) => {
      if (request === "POST upload") storage.uploads.clear();
      return undefined;
    };
    const { context } = createUpload(storage);
    await assert.rejects(
      uploadMultipart({ partSizeBytes: PART_BYTES }, () => {}, context),
      {
        name: "StorageError",
        code: "NoSuchUpload",
      },
    );
  });

  test("signs many parts at once, and sends each part to its own URL", async () => {
    const storage = new MemoryStorage();
    const { context } = createUpload(storage);
    await uploadMultipart({ partSizeBytes: 20 }, () => {}, context);
    assert.deepEqual(storage.object, Buffer.from(content));
    assert.deepEqual(
      storage.signed.map((numbers) => [numbers.at(0), numbers.at(-1)]),
      [
        [1, 50],
        [51, 100],
        [101, 123],
      ],
    );
  });

  test("continues after the API failed to sign", async () => {
    const storage = new MemoryStorage();
    const { context, waits } = createUpload(storage);
    let calls = 0;
    await uploadMultipart({ partSizeBytes: PART_BYTES }, () => {}, {
      ...context,
      signParts: async (request) => {
        if (++calls === 1) throw new ApiError(503);
        return storage.signParts(request);
      },
    });
    assert.deepEqual(storage.object, Buffer.from(content));
    assert.ok(waits.includes("retrying"));
    assert.ok(
      calls <= 5,
      `${calls} calls: one that failed, and at most one for each part under way`,
    );
  });

  test("gives up when refused, and stops the other parts", async () => {
    const storage = new MemoryStorage();
    storage.fault = (request) => (request === "PUT part 2" ? "expired" : undefined);
    const { context } = createUpload(storage);
    await assert.rejects(
      uploadMultipart({ partSizeBytes: PART_BYTES }, () => {}, context),
      {
        name: "StorageError",
        status: 403,
      },
    );
    assert.equal(storage.requests.filter((request) => request === "PUT part 2").length, 3);
    assert.equal(storage.object, undefined);
  });
});

test("parts are signed again when their URLs are old, and when S3 refuses one", async (t) => {
  skipPauses(t);
  const storage = new MemoryStorage();
  const { context } = createUpload(storage);
  const dates = t.mock.method(Date, "now");
  const startedAt = Date.now();
  storage.fault = (request, count) => {
    if (request === "PUT part 10") {
      dates.mock.mockImplementation(() => startedAt + 50 * 60 * 1000);
    }
    return request === "PUT part 20" && count === 1 ? "expired" : undefined;
  };
  const transport: typeof context.transport = (request) => storage.transport(request);
  await uploadMultipart({ partSizeBytes: PART_BYTES }, () => {}, { ...context, transport });
  assert.deepEqual(storage.object, Buffer.from(content));
  const [all, old, refused] = storage.signed;
  assert.equal(all?.length, 25);
  assert.equal(old?.at(-1), 25);
  assert.ok((old?.[0] ?? 0) > 10, "signed again, because the first part was sent late");
  assert.ok(refused, "signed again, because S3 refused one");
  assert.equal(storage.signed.flat().filter((number) => number === 25).length, 3);
});

suite("an upload in one request", () => {
  test("uses the URL that came with the job, and a new one after a fault", async (t) => {
    skipPauses(t);
    const storage = new MemoryStorage();
    storage.fault = once("PUT", "expired");
    const { context } = createUpload(storage);
    const signed: string[] = [];
    const first = await storage.sign({ method: "PUT" });
    await uploadSingle(first, {
      ...context,
      sign: (request) => {
        signed.push(request.method);
        return storage.sign(request);
      },
    });
    assert.deepEqual(storage.object, Buffer.from(content));
    assert.deepEqual(signed, ["PUT"]);
  });
});
