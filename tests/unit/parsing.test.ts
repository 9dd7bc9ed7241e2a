import assert from "node:assert/strict";
import { test } from "node:test";
import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { readSampleEntries } from "../../engine/containers/mp4/sample-entry.ts";
import { readSide } from "../../engine/containers/mp4/track-side.ts";
import { ifWellFormed, openBox, parseBoxHeader } from "../../parsing/box.ts";
import { findSegment, listElements } from "../../parsing/element.ts";
import { Fields } from "../../parsing/fields.ts";
import { listEdits, readClock, readTrackHeader } from "../../parsing/movie-boxes.ts";

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
};

/** Makes a full box, whose first byte is its version. */
const fullBox = (type: string, version: number, ...pieces: Buffer[]) =>
  makeBox(type, u32(version * 2 ** 24), ...pieces);

const open = (bytes: Buffer) => openBox(bytes, bytes.toString("latin1", 4, 8));

test("times of 32 and of 64 bits are read", () => {
  const short = fullBox("mdhd", 0, u32(1, 2, 48_000, 96_000, 0));
  const long = fullBox("mdhd", 1, u32(0, 1, 0, 2, 48_000, 0, 96_000, 0));
  for (const box of [short, long]) {
    assert.deepEqual(readClock(open(box)), { timescale: 48_000, ticks: 96_000 });
  }
  const header = (version: number, ...times: number[]) =>
    open(makeBox("trak", makeBox("tkhd", u32(version * 2 ** 24 + 1, ...times, 7))));
  for (const trak of [header(0, 1, 2), header(1, 0, 1, 0, 2)]) {
    assert.deepEqual(readTrackHeader(trak), { trackId: 7, isEnabled: true });
  }
  const edit = { ticks: 500, mediaTime: -1, rate: 1 };
  const shortEdit = fullBox("elst", 0, u32(1, 500, -1, 0x10000));
  const longEdit = fullBox("elst", 1, u32(1, 0, 500, -1, -1, 0x10000));
  for (const elst of [shortEdit, longEdit]) assert.deepEqual([...listEdits(open(elst))], [edit]);
});

test("a table that ends before its last entry is malformed", () => {
  const elst = fullBox("elst", 0, u32(2, 500, 0, 0x10000));
  assert.equal(
    ifWellFormed(() => [...listEdits(open(elst))]),
    undefined,
  );
  assert.equal(
    ifWellFormed(() => readClock(open(fullBox("mdhd", 1, u32(1, 2, 3))))),
    undefined,
  );
  const fail = () => {
    throw new TypeError("a bug");
  };
  assert.throws(() => ifWellFormed(fail), TypeError);
});

test("no field is read from beyond the end of its box", () => {
  const [first] = openBox(makeBox("moov", fullBox("mvhd", 0), u32(9, 9, 9, 9)), "moov").children();
  assert.ok(first);
  assert.equal(
    ifWellFormed(() => readClock(first)),
    undefined,
  );
});

test("a box may have a size of 64 bits", () => {
  assert.deepEqual(parseBoxHeader(Buffer.concat([u32(1), Buffer.from("mdat"), u32(1, 24)])), {
    type: "mdat",
    sizeBytes: 2 ** 32 + 24,
    headerBytes: 16,
  });
  assert.equal(parseBoxHeader(Buffer.concat([u32(1), Buffer.from("mdat"), u32(1)])), undefined);
});

test("the boxes in a sample entry are found after the fields of its version", () => {
  const chan = fullBox("chan", 0, u32(1 << 16, 1, 0));
  const entry = (version: number, fieldBytes: number) => {
    const fields = Buffer.alloc(fieldBytes);
    fields.writeUInt16BE(version, 8);
    return makeBox("lpcm", fields, chan);
  };
  for (const [version, fieldBytes] of [
    [0, 28],
    [1, 44],
    [2, 64],
  ] as const) {
    const entries = readSampleEntries(open(fullBox("stsd", 0, u32(1), entry(version, fieldBytes))));
    assert.equal(readSide(entries, ""), "left", `version ${version}`);
  }
  // In version 1 of ISO's table, an entry's own version moves nothing.
  const iso = readSampleEntries(open(fullBox("stsd", 1, u32(1), entry(1, 28))));
  assert.equal(readSide(iso, ""), "left");
});

test("an element's size may be unknown, and a truncated element ends where the data does", () => {
  const header = Buffer.from("1a45dfa380", "hex");
  const live = Buffer.concat([
    header,
    Buffer.from("1853806701ffffffffffffff", "hex"),
    Buffer.from("1549a96684", "hex"),
    Buffer.alloc(60),
  ]);
  const segment = findSegment(live);
  assert.equal(segment?.end, Infinity);
  assert.deepEqual([...(segment?.children() ?? [])].map(({ id }) => id.toString(16)).slice(0, 1), [
    "1549a966",
  ]);
  const [number] = listElements(Buffer.from("75a282ff38", "hex"));
  assert.equal(number?.number(), 0xff38);
  assert.equal(number?.number(true), -200);
  const [cut] = listElements(Buffer.from("ae88ff", "hex"));
  assert.equal(cut, undefined);
});

test("a string ends at the end of the data", () => {
  assert.equal(new Fields(Buffer.from("soun")).text(10), "soun");
});
