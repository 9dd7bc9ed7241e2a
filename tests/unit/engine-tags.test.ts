import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decodeTags } from "../../engine/ffmpeg/decode-tags.ts";
import { parseDate } from "../../engine/mp3/id3.ts";

/** Tags in the encodings of their time, as the bytes' characters. */
const LEGACY: Record<string, [title: string, hex: string][]> = {
  gb18030: [
    ["周杰伦", "d6dcbddcc2d7"],
    ["青花瓷", "c7e0bba8b4c9"],
    ["你好", "c4e3bac3"],
    ["生日快乐 MV", "c9fac8d5bfecc0d6204d56"],
  ],
  shift_jis: [
    ["宇多田ヒカル", "894691bd93638371834a838b"],
    ["ラジオ", "838983578349"],
    ["カラオケ", "834a838983498350"],
    ["東京", "938c8b9e"],
  ],
  "windows-1251": [
    ["Привет", "cff0e8e2e5f2"],
    ["КИНО", "cac8cdce"],
    ["Группа крови", "c3f0f3efefe020eaf0eee2e8"],
  ],
  "koi8-r": [["Группа крови", "e7d2d5d0d0c120cbd2cfd7c9"]],
  big5: [["月亮代表我的心", "a4ebab47a54eaaeda7daaabaa4df"]],
  "windows-1252": [
    ["Café del Mar", "436166e92064656c204d6172"],
    ["Motörhead", "4d6f74f67268656164"],
    ["Björk – Jóga", "426af6726b2096204af36761"],
  ],
};

suite("tags from before Unicode are read in their encoding", () => {
  for (const [encoding, titles] of Object.entries(LEGACY)) {
    test(encoding, () => {
      for (const [title, hex] of titles) {
        const bytes = Buffer.from(hex, "hex");
        // RIFF's and ID3v1's bytes come as they are; ID3v2's have become UTF-8, each byte a character.
        const raw = bytes.toString("latin1");
        const twice = Buffer.from(raw, "utf8").toString("latin1");
        assert.equal(decodeTags({ title: raw }, "wav").title, title);
        assert.equal(decodeTags({ title: twice }, "mp3").title, title);
      }
    });
  }
  test("by all of a file's tags, since each is short", () => {
    const tags = {
      artist: "\xc4\xc4\xd2",
      title: "\xd7\xf2\xee \xf2\xe0\xea\xee\xe5 \xee\xf1\xe5\xed\xfc",
    };
    assert.deepEqual(decodeTags(tags, "avi"), { artist: "ДДТ", title: "Что такое осень" });
  });
  test("and UTF-8 is UTF-8", () => {
    for (const text of ["Ævar", "周杰伦", "Привет", "ÀÉÎÕ 🎵", "Ünï çödé ÄÖÜß"]) {
      const title = Buffer.from(text, "utf8").toString("latin1");
      for (const container of ["matroska,webm", "flac", "ogg"]) {
        assert.equal(decodeTags({ title }, container).title, text);
      }
    }
    const wide = Buffer.from("Кино — Café", "utf8").toString("latin1");
    assert.equal(decodeTags({ title: wide }, "mp3").title, "Кино — Café");
  });
});

suite("a date keeps its year, and day and month where their order is sure", () => {
  const DATES: [string, string | undefined, string?][] = [
    ["2005", "2005"],
    ["2005-03-21", "2005", "2103"],
    ["2005-03-21T10:00:00Z", "2005", "2103"],
    ["20050321", "2005", "2103"],
    ["2005/3/21", "2005", "2103"],
    ["2005.03.21", "2005", "2103"],
    ["21.03.2005", "2005", "2103"],
    ["21. 3. 2005", "2005", "2103"],
    ["03/21/2005", "2005"],
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
