import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { FileKind } from "../../contract/conversion.ts";
import { describeFailure, FAILURE_SENTENCES } from "../../contract/sentences.ts";
import { findFileKind } from "../../engine/containers/file-kind.ts";
import { readMovie } from "../../engine/containers/mp4/movie.ts";
import { RangeReader } from "../../engine/reading/range-reader.ts";

const signal = new AbortController().signal;

const readerOf = (bytes: Buffer) =>
  new RangeReader({
    sizeBytes: bytes.length,
    async *read(startByte, endByte) {
      yield bytes.subarray(startByte, endByte);
    },
  });

const disc = Buffer.alloc(40_000);
disc.write("CD001", 32_769, "latin1");

const FILES: [FileKind | undefined, string | Buffer][] = [
  ["photo", Buffer.from("ffd8ffe000104a464946", "hex")],
  ["photo", Buffer.from("89504e470d0a1a0a", "hex")],
  ["photo", "GIF89a"],
  ["photo", "RIFF\x10\0\0\0WEBPVP8 "],
  ["document", "%PDF-1.7"],
  ["document", Buffer.from("d0cf11e0a1b11ae1", "hex")],
  ["archive", Buffer.from("504b03041400", "hex")],
  ["archive", "Rar!\x1a\x07"],
  ["playlist", "#EXTM3U\n#EXTINF:5,\na.ts\n"],
  ["playlist", '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">'],
  ["web-page", "\n<!DOCTYPE html><html>"],
  ["web-page", "\ufeff<HTML><head>"],
  ["midi", "MThd\0\0\0\x06"],
  ["disc-image", disc],
  [undefined, "PK is not an archive"],
  [undefined, "This is a text."],
  [undefined, Buffer.alloc(100)],
];

suite("what isn't a recording is called what it is", () => {
  for (const [kind, content] of FILES) {
    test(`${kind ?? "nothing known"}: ${JSON.stringify(`${content.slice(0, 12)}`)}`, async () => {
      assert.equal(await findFileKind(readerOf(Buffer.from(content)), signal), kind);
    });
  }
  test("a segment without its header", async () => {
    const segment = Buffer.from("\0\0\0\x10styp" + "msdh\0\0\0\0" + "\0\0\0\x08moof", "latin1");
    const movie = await readMovie(readerOf(segment), signal);
    assert.ok(movie.kind === "failed");
    assert.equal(movie.fileKind, "segment");
  });
});

test("each kind has a sentence of its own", () => {
  const sentences = FileKind.options.map((fileKind) =>
    describeFailure({ code: "not-media", fileKind }),
  );
  assert.equal(new Set([...sentences, FAILURE_SENTENCES["not-media"]]).size, sentences.length + 1);
  assert.equal(describeFailure({ code: "truncated" }), FAILURE_SENTENCES.truncated);
});
