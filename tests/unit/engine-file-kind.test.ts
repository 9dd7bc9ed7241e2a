import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { FileKind } from "../../contract/file-kind.ts";
import { outcomes } from "../../contract/texts/en.ts";
import { describeFailure } from "../../contract/texts/outcomes.ts";
import { findFileKind } from "../../engine/containers/file-kind.ts";
import { readMovie } from "../../engine/containers/mp4/movie.ts";
import { readerOf } from "../fakes/buffer-reader.ts";

const signal = new AbortController().signal;

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
  [
    "web-page",
    '<?xml version="1.0"?><!-- x --><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">',
  ],
  ["midi", "MThd\0\0\0\x06"],
  ["disc-image", disc],
  ["disc-image", Buffer.concat([Buffer.alloc(2000), Buffer.from("koly"), Buffer.alloc(508)])],
  ["photo", "II*\0\x08\0\0\0"],
  ["photo", "BM6\0\0\0\0\0\0\0"],
  ["document", "From: a@example.org\nSubject: the video\n"],
  ["archive", Buffer.from("1f8b0800", "hex")],
  ["archive", Buffer.concat([Buffer.from("video.mp4"), Buffer.alloc(248), Buffer.from("ustar\0")])],
  ["subtitles", "1\r\n00:00:01,000 --> 00:00:04,000\r\nHello\r\n"],
  ["subtitles", "WEBVTT\n\n00:01.000 --> 00:04.000\nHello\n"],
  ["playlist", "http://radio.example/stream\nhttp://radio.example/2\n"],
  ["playlist", "rtsp://media.example/a.rm\n"],
  ["playlist", 'REM GENRE Rock\nFILE "album.wav" WAVE\n  TRACK 01 AUDIO\n'],
  [
    "project",
    '<?xml version="1.0"?>\n<!DOCTYPE project PUBLIC "-//audacityproject-1.3.0//DTD//EN">',
  ],
  ["project", '<?xml version="1.0"?>\n<mlt LC_NUMERIC="C" version="7.0">'],
  [
    "project",
    Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(52), Buffer.from("AUDY")]),
  ],
  ["score", "Extended Module: a tune            \x1aFastTracker v2.00"],
  ["score", Buffer.concat([Buffer.from("a tune"), Buffer.alloc(1074), Buffer.from("M.K.")])],
  ["torrent", "d8:announce35:udp://tracker.example.org:1337/announce4:infod6:lengthi1000ee"],
  ["shortcut", Buffer.from("4c0000000114020000000000c000000000000046", "hex")],
  ["shortcut", "[InternetShortcut]\r\nURL=https://example.org/v\r\n"],
  ["shortcut", '<?xml version="1.0"?>\n<plist version="1.0"><dict><key>URL</key>'],
  ["placeholder", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"],
  ["placeholder", Buffer.from("bplist00\xd4\x01\x02_NSURLNameKey", "latin1")],
  ["resource-fork", Buffer.from("0005160700020000", "hex")],
  ["encrypted-file", "Salted__abcdefgh"],
  ["encrypted-file", "-----BEGIN PGP MESSAGE-----\n"],
  ["program", "\x7fELF\x02\x01\x01"],
  ["unread-audio", "OFR \x0f\0\0\0"],
  ["pictures-only", "DKIF\0\0 \0AV01"],
  ["pictures-only", "YUV4MPEG2 W320 H240 F25:1\n"],
  ["pictures-only", Buffer.from("000000016742001e", "hex")],
  ["text", '{"error":{"code":403,"message":"expired"}}'],
  ["text", '<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>'],
  ["text", "PK is not an archive"],
  // A pattern that backtracks through these would never finish.
  ["text", `${"http://".repeat(280)} x`],
  ["text", "<!-- -->".repeat(250)],
  ["blank", Buffer.alloc(300_000)],
  ["blank", Buffer.alloc(300_000, 0xff)],
  [undefined, Buffer.alloc(300_000).fill(7, 1000, 1001)],
];

suite("a file that isn't a recording is named", () => {
  for (const [kind, content] of FILES) {
    test(`${kind ?? "nothing known"}: ${JSON.stringify(`${content.slice(0, 12)}`)}`, async () => {
      assert.equal(await findFileKind(readerOf(Buffer.from(content)), signal), kind);
    });
  }
  test("as a segment without its header", async () => {
    const segment = Buffer.from("\0\0\0\x10styp" + "msdh\0\0\0\0" + "\0\0\0\x08moof", "latin1");
    const movie = await readMovie(readerOf(segment), signal);
    assert.ok(movie.kind === "failed");
    assert.equal(movie.fileKind, "segment");
  });
});

test("each kind has a sentence of its own", () => {
  const sentences = FileKind.options.map((fileKind) =>
    describeFailure({ code: "not-media", fileKind }, outcomes),
  );
  assert.equal(new Set([...sentences, outcomes.failures["not-media"]]).size, sentences.length + 1);
  assert.equal(describeFailure({ code: "truncated" }, outcomes), outcomes.failures.truncated);
});
