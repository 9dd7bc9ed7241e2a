import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { build } from "esbuild";
import { decodeTags, decodeTexts } from "../../engine/ffmpeg/decode-tags.ts";
import { parseDate } from "../../engine/mp3/id3.ts";
import { bundleWebAssembly } from "../../functions/build.ts";
import { oldTags } from "../media/old-tags.ts";

/** Decodes texts as RIFF and ID3v1 have them, and as ffmpeg passes on ID3v2's: bytes written as UTF-8. */
const decodeHex = async (hex: readonly string[]) => {
  const raw = hex.map((text) => Buffer.from(text, "hex").toString("latin1"));
  const twice = raw.map((text) => Buffer.from(text, "utf8").toString("latin1"));
  const read = await decodeTexts(raw, "wav");
  assert.deepEqual(await decodeTexts(twice, "mp3"), read);
  return read;
};

/** The detector mistakes a word in capitals, half-width kana and a Hungarian ő. */
const MISREAD = new Set([
  "上を向いて歩こう",
  "ﾄﾗｯｸ01",
  "Юг",
  "Ő az én babám",
  "Szerelem első vérig",
]);

suite("tags from before Unicode are read in their encoding", () => {
  for (const encoding of new Set(oldTags.map((tags) => tags.encoding))) {
    test(encoding, async () => {
      for (const { texts, hex } of oldTags.filter((tags) => tags.encoding === encoding)) {
        const read = await decodeHex(hex);
        if (!MISREAD.has(texts[0] ?? "")) assert.deepEqual(read, texts);
      }
    });
  }
  test("even if ID3v1 cut a character in two", async () => {
    // 月亮代表我的心 after ASCII of an odd length, cut after 30 bytes, beside an artist.
    const title = Buffer.concat([
      Buffer.from("CD2-07 Live at Hong Kong "),
      Buffer.from("d4c2c1c1b4", "hex"),
    ]);
    assert.equal(title.length, 30);
    const artist = Buffer.from("b5cbc0f6befd", "hex");
    const tags = { title: title.toString("latin1"), artist: artist.toString("latin1") };
    assert.deepEqual(await decodeTags(tags, "mp3"), {
      title: "CD2-07 Live at Hong Kong 月亮",
      artist: "邓丽君",
    });
  });
  test("and UTF-8 is UTF-8", async () => {
    for (const text of ["Ævar", "周杰伦", "Привет", "ÀÉÎÕ 🎵", "Ünï çödé ÄÖÜß"]) {
      const title = Buffer.from(text, "utf8").toString("latin1");
      for (const container of ["matroska,webm", "flac", "ogg"]) {
        assert.equal((await decodeTags({ title }, container)).title, text);
      }
    }
    const wide = Buffer.from("Кино — Café", "utf8").toString("latin1");
    assert.equal((await decodeTags({ title: wide }, "mp3")).title, "Кино — Café");
  });
  test("in the function's bundle, too, which contains the detector", async () => {
    const directory = await mkdtemp(join(tmpdir(), "engine-tags-"));
    const outfile = join(directory, "decode-tags.mjs");
    const entry = join(import.meta.dirname, "../../engine/ffmpeg/decode-tags.ts");
    await build({
      ...{ entryPoints: [entry], outfile, plugins: [bundleWebAssembly] },
      ...{ bundle: true, minify: true, format: "esm", platform: "node" },
    });
    const bundled: { decodeTags: typeof decodeTags } = await import(outfile);
    await rm(directory, { recursive: true });
    const tags = {
      artist: "\xc4\xc4\xd2",
      title: "\xd7\xf2\xee \xf2\xe0\xea\xee\xe5 \xee\xf1\xe5\xed\xfc",
    };
    const read = { artist: "ДДТ", title: "Что такое осень" };
    assert.deepEqual(await bundled.decodeTags(tags, "avi"), read);
  });
});

suite("a date keeps its year, and its day and month if their order is certain", () => {
  const DATES: [string, string | undefined, string?][] = [
    ["2005", "2005"],
    ["2005-03-21", "2005", "2103"],
    ["2005-03-21T10:00:00Z", "2005", "2103"],
    ["20050321", "2005", "2103"],
    ["2005/3/21", "2005", "2103"],
    ["2005.03.21", "2005", "2103"],
    ["21.03.2005", "2005", "2103"],
    ["21. 3. 2005", "2005", "2103"],
    ["03/21/2005", "2005", "2103"],
    ["21/03/2005", "2005", "2103"],
    ["21-03-2005", "2005", "2103"],
    ["03/04/2005", "2005"],
    ["2005:03:21 10:00:00", "2005", "2103"],
    ["2005-03-21 10:00:00+02:00", "2005", "2103"],
    ["20050321T100000", "2005", "2103"],
    ["20050321100000", "2005", "2103"],
    ["D:20050321100000Z", "2005", "2103"],
    ["UTC 2005-03-21 10:00:00", "2005"],
    ["2005-00-00", "2005"],
    ["20050000", undefined],
    ["2005-02-30", "2005"],
    ["2005-W12", "2005"],
    ["Mon, 21 Mar 2005 10:00:00 GMT", "2005"],
    ["March 21, 2005", "2005"],
    ["21-Mar-2005", "2005"],
    ["5 Mai 2005", "2005"],
    ["21 марта 2005 г.", "2005"],
    ["２００５年３月", "2005"],
    ["(C) 2005 Label", "2005"],
    ["ca. 2005", "2005"],
    ["2005?", "2005"],
    ["2005-2006", "2005"],
    ["2005; 2010", "2005"],
    [" 2005 ", "2005"],
    ["1399", undefined],
    ["1105228800", undefined],
    ["05", undefined],
    ["2005-03", "2005"],
    ["200503", "2005"],
    ["21 March 2005", "2005"],
    ["Mon Mar 21 10:00:00 2005", "2005"],
    ["℗2005 Label", "2005"],
    ["2005年3月", "2005"],
    ["2005-13-45", "2005"],
    ["0000", undefined],
    ["1234567890", undefined],
    ["", undefined],
  ];
  for (const [text, year, dayAndMonth = ""] of DATES) {
    test(text || "nothing", () => {
      const date = parseDate(text);
      assert.equal(date.year, year);
      assert.equal(`${date.day ?? ""}${date.month ?? ""}`, dayAndMonth);
    });
  }
});
