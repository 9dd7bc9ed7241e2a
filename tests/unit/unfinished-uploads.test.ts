import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { UnfinishedUpload } from "../../client/node/unfinished-uploads.ts";
import { UNFINISHED_UPLOAD_DAYS } from "../../contract/upload.ts";
import { TransferRecords } from "../../web/src/transfer/records.ts";
import { makeTransferRecord } from "../fakes/transfer-record.ts";

const HOUR_MILLISECONDS = 3_600_000;
const LIFE_MILLISECONDS = UNFINISHED_UPLOAD_DAYS * 24 * HOUR_MILLISECONDS;

suite("an unfinished upload is remembered for as long as S3 keeps its parts", () => {
  test("by the command line", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "tapedeck-unfinished-"));
    t.after(() => rm(folder, { recursive: true }));
    const before = process.env.XDG_STATE_HOME ?? "";
    process.env.XDG_STATE_HOME = folder;
    t.after(() => {
      process.env.XDG_STATE_HOME = before;
    });
    await (await UnfinishedUpload.open("talk.mp4")).save({ job: { jobId: "JOB" } });
    const uploads = join(folder, "tapedeck/uploads");
    const [name = ""] = await readdir(uploads);
    const makeOlder = (milliseconds: number) => {
      const then = new Date(Date.now() - milliseconds);
      return utimes(join(uploads, name), then, then);
    };
    await makeOlder(LIFE_MILLISECONDS - HOUR_MILLISECONDS);
    assert.equal((await UnfinishedUpload.open("talk.mp4")).record.job?.jobId, "JOB");
    await makeOlder(LIFE_MILLISECONDS + HOUR_MILLISECONDS);
    assert.equal((await UnfinishedUpload.open("talk.mp4")).record.job, undefined);
    assert.deepEqual(await readdir(uploads), []);
  });

  test("by the page", (t) => {
    const items = new Map<string, string>();
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    };
    Object.assign(globalThis, { localStorage: storage });
    t.after(() => Reflect.deleteProperty(globalThis, "localStorage"));
    const records = new TransferRecords("ada@example.org");
    const add = (id: string, ageMilliseconds: number) =>
      records.save({
        ...makeTransferRecord("v2"),
        ...{ id, createdAtMs: Date.now() - ageMilliseconds },
      });
    add("younger", LIFE_MILLISECONDS - HOUR_MILLISECONDS);
    add("older", LIFE_MILLISECONDS + HOUR_MILLISECONDS);
    assert.deepEqual(
      records.read().map(({ id }) => id),
      ["younger"],
    );
  });

  test("and the decisions say for how long", async () => {
    const read = (name: string) =>
      readFile(resolve(import.meta.dirname, "../../docs/adr", name), "utf8");
    const row = new RegExp(`\\| Source, incomplete +\\| ${UNFINISHED_UPLOAD_DAYS} days `);
    assert.match(await read("0026-retries-and-retention.md"), row);
    assert.equal(UNFINISHED_UPLOAD_DAYS, 2, "write the number in these decisions as a word");
    assert.match(await read("0032-page-state.md"), /for two days, as long as S3\s+keeps the parts/);
    assert.match(await read("0069-limits-of-one-user.md"), /have waited two days for a file/);
  });
});
