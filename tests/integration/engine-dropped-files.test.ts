import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-dropped-files-"));
after(() => rm(directory, { recursive: true }));

const latin1 = (text: string) => Buffer.from(text, "latin1");
const random = createRandom(11);
const noise = Buffer.from(Array.from({ length: 30_000 }, () => Math.floor(random() * 256)));
/** A file with known first bytes and unknown content. */
const start = (text: string) => Buffer.concat([latin1(text), noise]);
const zip = (name: string) =>
  Buffer.concat([
    Buffer.from("504b0304140000000000", "hex"),
    Buffer.alloc(16),
    start(`\x08\0\0\0${name}`),
  ]);
const compound = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), noise]);

async function nameOf(fileName: string, bytes: Buffer): Promise<string> {
  const path = join(directory, "dropped");
  await writeFile(path, bytes);
  const { outcome } = await convertFile(path, { fileEnding: fileName.split(".").at(-1) });
  return outcome.kind === "converted" ? "converted" : (outcome.fileKind ?? outcome.code);
}

/** Files by the kind that the user reads. */
const FILES: Record<string, Record<string, Buffer>> = {
  "chat-backup": {
    "msgstore.db.crypt15": start("\x9c\x01\x0a\x26"),
    "msgstore.db.crypt14": start("\xb1\x01\x0a\x26"),
    "msgstore.db.CRYPT12": noise,
  },
  "meeting-recording": {
    "a.arf": start("\x01\0\x02\0\x01\0\0\0"),
    "a.wrf": noise,
    "double_click_to_convert_01.zoom": noise,
    "a.g2m": noise,
    "a.trec": noise,
    "a.camrec": zip("CamRec.xml"),
  },
  project: {
    "a.prproj": gzipSync('<?xml version="1.0"?><PremiereData Version="3">'),
    "a.als": gzipSync("<Ableton>"),
    "a.veg": start("riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0"),
    "a.aup3": start(`SQLite format 3\0${"\0".repeat(52)}AUDY`),
    "a.band": zip("projectData"),
    "a.flp": latin1("FLhd\x06\0\0\0"),
    "a.aep": start("RIFX\0\0\x10\0Egg!"),
    "a.cpr": start("RIFF\0\0\x10\0NUND"),
    "a.ptx": start("\x03" + "0010111100101011"),
    "a.mswmm": compound,
    "a.aaf": compound,
    "a.osp": latin1('{"id":"A","fps":{"num":30}}'),
    "a.sesx": latin1('<?xml version="1.0"?><!DOCTYPE sesx><sesx version="1.9">'),
    "a.edl": latin1("TITLE: A\nFCM: NON-DROP FRAME\n"),
  },
  "partial-download": {
    "a.mp4.part": Buffer.concat([Buffer.alloc(10_000), noise]),
    "a.mp4.crdownload": noise,
    "a.aria2": start("\0\x01\0\0\0\0\0\x14"),
  },
  playlist: {
    "a.m3u8": latin1("#EXTM3U\n#EXTINF:3,\na.ts\n"),
    "a.m3u": latin1("C:\\Music\\a.mp3\nC:\\Music\\b.mp3\n"),
    "a.pls": latin1("[playlist]\nFile1=http://radio.example/a.mp3\n"),
    "VIDEO_TS.IFO": start("DVDVIDEO-VMG"),
    "index.bdmv": start("INDX0200"),
  },
  subtitles: {
    "a.srt": latin1("1\n00:00:01,000 --> 00:00:02,000\nHello\n"),
    "a.sbv": latin1("0:00:01.000,0:00:02.000\nHello\n"),
    "a.lrc": latin1("[ti:A]\n[00:12.00]Line\n"),
    "a.xml": latin1('<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml">'),
  },
  placeholder: {
    ".a.mov.icloud": latin1("bplist00\xd3\x01\x02\x03_\x10\x16NSURLNameKey"),
    "a.gdoc": latin1('{"doc_id":"a"}'),
  },
  "web-page": { "drive.mp4": latin1("<!DOCTYPE html><html><head><title>Google Drive</title>") },
  blank: { "zeros.mp4": Buffer.alloc(500_000), "zeros.part": Buffer.alloc(500_000) },
  encrypted: {
    "a.aa": Buffer.concat([Buffer.from("0010000057907536", "hex"), noise]),
    "a.ncm": start("CTENFDAM"),
    "unknown.bin": start("CTENFDAM"),
    "a.kgm": Buffer.concat([Buffer.from("7cd532eb86027f4b", "hex"), noise]),
    "a.dcf": start("\0\0\0\x0cftypodcf\0\0\x10\0odrm"),
    "a.wvm": noise,
    "a.mflac": noise,
  },
  shortcut: {
    "a.acsm": latin1('<?xml version="1.0"?><fulfillmentToken fulfillmentType="buy">'),
    "a.desktop": latin1("[Desktop Entry]\nType=Link\n"),
  },
  photo: { "GH010001.THM": Buffer.from("ffd8ffe000104a46494600", "hex") },
  document: { "a.docx": zip("[Content_Types].xml") },
  archive: { "IMG_1.livp": zip("IMG_1.HEIC") },
  torrent: { "a.torrent": latin1("d8:announce35:udp://tracker.example.org:1337/announce4:info") },
  // Other files get the general sentence, and not a wrong kind.
  "not-media": { "a.waveform": start("bplist00\xd4\x01\x02"), "a.db": noise },
};

for (const [name, files] of Object.entries(FILES)) {
  suite(name, () => {
    for (const [fileName, bytes] of Object.entries(files)) {
      test(fileName, async () => assert.equal(await nameOf(fileName, bytes), name));
    }
  });
}

test("a file that plays is converted, whatever its name ends in", async () => {
  const video = "-f lavfi -i testsrc2=s=64x48:d=2 -f lavfi -i sine=d=2 -c:v mpeg4 -c:a aac";
  const path = join(directory, "a.mp4");
  await generate(`${video} ${path}`);
  const bytes = await readFile(path);
  // GoPro's small copy, a 360° video, a finished download, and some wrong endings.
  for (const ending of [
    "lrv",
    "360",
    "insv",
    "crdownload",
    "part",
    "m4p",
    "zoom",
    "srt",
    "prproj",
  ]) {
    assert.equal(await nameOf(`a.${ending}`, bytes), "converted", ending);
  }
});

test("an unfinished download is truncated, and converted as far as it goes with acceptIncomplete", async () => {
  const path = join(directory, "a.webm.crdownload");
  await generate(`-f lavfi -i anoisesrc=d=5 -c:a libopus -f webm -cluster_time_limit 500 ${path}`);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length / 2));
  const options = { fileEnding: "crdownload" };
  const { outcome } = await convertFile(path, options);
  assert.equal(outcome.kind === "failed" && outcome.code, "truncated");
  const accepted = (await convertFile(path, { ...options, acceptIncomplete: true })).outcome;
  assert.equal(accepted.kind === "converted" && accepted.incomplete?.reason, "ends-early");
});

test("a recorder's later chunk can't be read without its header", async () => {
  const path = join(directory, "chunk.webm");
  await generate(`-f lavfi -i sine=d=2 -c:a libopus -cluster_time_limit 500 ${path}`);
  const bytes = await readFile(path);
  const cluster = bytes.indexOf("1f43b675", "hex");
  assert.equal(await nameOf("chunk.webm", bytes.subarray(cluster)), "segment");
});
