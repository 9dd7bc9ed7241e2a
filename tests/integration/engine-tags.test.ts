import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import NodeID3 from "node-id3";
import type { EngineOptions } from "../../engine/types.ts";
import { convertFile } from "../media/convert-file.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

const SECONDS = 6;

const run = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), "engine-tags-"));
after(() => rm(directory, { recursive: true }));
const inDirectory = (name: string) => join(directory, name);

const ffmpeg = async (...args: string[]) => {
  await run(await findFullFfmpeg(), ["-v", "error", "-y", ...args], { cwd: directory });
};

const SOUND = ["-f", "lavfi", "-i", `sine=duration=${SECONDS}:sample_rate=48000`];
const VIDEO = [...SOUND, "-f", "lavfi", "-i", `testsrc2=s=160x120:r=25:d=${SECONDS}`];
const ENCODE_FILM = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac"];

/** Converts a file and reads the MP3's tag with an independent reader. */
async function readTags(name: string, options: Partial<EngineOptions> = {}) {
  const { outcome, sink } = await convertFile(inDirectory(name), options);
  assert.equal(outcome.kind, "converted", JSON.stringify(outcome));
  return NodeID3.read(sink.mp3 as Buffer);
}

suite("a cover is kept byte for byte", { concurrency: 1 }, () => {
  before(async () => {
    const picture = ["-f", "lavfi", "-i", "mandelbrot=s=320x320", "-frames:v", "1", "-update", "1"];
    await ffmpeg(...picture, "cover.jpg");
    await ffmpeg(...picture, "cover.png");
  });

  const ATTACHED = ["-c:v:1", "copy", "-disposition:v:1", "attached_pic"];
  const ONLY_ATTACHED = ["-map", "0:a", "-map", "1:v", "-c:v", "copy"];
  const RECIPES = {
    "video.mp4": [...VIDEO, "-i", "cover.jpg", "-map", "1:v", "-map", "0:a", "-map", "2:v"].concat(
      ENCODE_FILM,
      ATTACHED,
    ),
    "song.m4a": [...SOUND, "-i", "cover.png", ...ONLY_ATTACHED, "-disposition:v", "attached_pic"],
    "video.mkv": [
      ...VIDEO,
      "-map",
      "1:v",
      "-map",
      "0:a",
      ...ENCODE_FILM,
      "-attach",
      "cover.png",
    ].concat(["-metadata:s:t", "mimetype=image/png", "-metadata:s:t", "filename=cover.png"]),
    "song.mp3": [...SOUND, "-i", "cover.jpg", ...ONLY_ATTACHED, "-c:a", "libmp3lame"],
    "song.flac": [...SOUND, "-i", "cover.jpg", ...ONLY_ATTACHED, "-disposition:v", "attached_pic"],
  };
  for (const [name, args] of Object.entries(RECIPES)) {
    test(name, async () => {
      await ffmpeg(...args, name);
      const { image } = await readTags(name);
      assert.ok(typeof image === "object", "no picture");
      const cover = args.includes("cover.png") ? "cover.png" : "cover.jpg";
      assert.equal(image.mime, cover === "cover.png" ? "image/png" : "image/jpeg");
      assert.equal(image.type.id, 3);
      assert.ok(image.imageBuffer.equals(await readFile(inDirectory(cover))));
    });
  }

  test("and doesn't turn a song into a video without audio", async () => {
    await ffmpeg("-i", "cover.jpg", "-c:v", "copy", "picture.mp4");
    const { outcome } = await convertFile(inDirectory("picture.mp4"));
    assert.equal(outcome.kind === "failed" && outcome.code, "no-audio-track");
  });
});

suite("chapters are kept", { concurrency: 1 }, () => {
  const CHAPTERS = [
    { startTimeMs: 0, endTimeMs: 2500, title: "One" },
    { startTimeMs: 2500, endTimeMs: SECONDS * 1000, title: "Zweites — 二" },
  ];

  const makeVideo = async (name: string, ...args: string[]) => {
    const text = CHAPTERS.map(({ startTimeMs, endTimeMs, title }) => {
      return `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${startTimeMs}\nEND=${endTimeMs}\ntitle=${title}\n`;
    });
    await writeFile(inDirectory("chapters.txt"), `;FFMETADATA1\n${text.join("")}`);
    const chapters = ["-i", "chapters.txt", "-map", "1:v", "-map", "0:a", "-map_chapters", "2"];
    await ffmpeg(...VIDEO, ...chapters, ...ENCODE_FILM, ...args, name);
  };
  const readChapters = async (name: string, options: Partial<EngineOptions> = {}) => {
    const { chapter = [] } = await readTags(name, options);
    return chapter.map(({ startTimeMs, endTimeMs, tags }) => {
      return { startTimeMs, endTimeMs, title: tags?.title };
    });
  };

  for (const name of ["chapters.mkv", "chapters.mp4", "chapters.mov", "chapters.m4a"]) {
    test(name, async () => {
      await makeVideo(name);
      assert.deepEqual(await readChapters(name), CHAPTERS);
    });
  }

  test("from QuickTime's text track alone", async () => {
    await makeVideo("text-track.mp4");
    const bytes = await readFile(inDirectory("text-track.mp4"));
    // ffmpeg also writes Nero's list.
    const at = bytes.indexOf("chpl");
    assert.ok(at > 0);
    bytes.write("free", at, "latin1");
    await writeFile(inDirectory("text-track.mp4"), bytes);
    assert.deepEqual(await readChapters("text-track.mp4"), CHAPTERS);
  });

  test("and moved with the selection", async () => {
    await makeVideo("selected.mkv");
    assert.deepEqual(await readChapters("selected.mkv", { startSeconds: 1, endSeconds: 5 }), [
      { startTimeMs: 0, endTimeMs: 1500, title: "One" },
      { startTimeMs: 1500, endTimeMs: 4000, title: "Zweites — 二" },
    ]);
  });
});

suite("text of any length and kind", { concurrency: 1 }, () => {
  const FAMILY = "👨‍👩‍👧‍👦";
  const TEXTS = {
    "a megabyte": "a".repeat(900_000),
    "an emoji where the text is cut": `${"b".repeat(199)}${FAMILY.repeat(20)}`,
    "a letter with 10,000 accents": `z${"\u0301".repeat(10_000)}`,
  };
  for (const [what, text] of Object.entries(TEXTS)) {
    test(what, async () => {
      const metadata = join(directory, "long.txt");
      const chapter = "[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=3\n";
      await writeFile(
        metadata,
        `;FFMETADATA1\ntitle=${text}\nartist=${text}\nalbum=${text}\n${chapter}title=${text}\n`,
      );
      const args = ["-i", metadata, "-map", "0:a", "-map_metadata", "1", "-map_chapters", "1"];
      await ffmpeg(...SOUND, ...args, "-c:a", "aac", "long.mkv");
      const { outcome, sink } = await convertFile(inDirectory("long.mkv"));
      assert.ok(outcome.kind === "converted", JSON.stringify(outcome).slice(0, 500));
      assert.ok(Buffer.byteLength(outcome.title) <= 800);
      const tag = NodeID3.read(sink.mp3 as Buffer);
      assert.equal(tag.title, outcome.title);
      const found = [outcome.title, tag.artist, tag.album, tag.chapter?.[0]?.tags?.title];
      for (const value of found) {
        assert.ok(value);
        assert.ok(value.isWellFormed());
        assert.ok(value.length > 0 && value.length <= 4000);
        // The family emoji isn't split.
        assert.equal(value.replaceAll(FAMILY, "").includes("\u200d"), false);
      }
    });
  }
});

test("the user's tags replace the video's, and the others stay", async () => {
  await ffmpeg(
    ...[...SOUND, "-metadata", "title=Old", "-metadata", "artist=Old", "-metadata", "album=Kept"],
    "given.m4a",
  );
  await ffmpeg(
    "-f",
    "lavfi",
    "-i",
    "color=red:s=32x32",
    "-frames:v",
    "1",
    "-update",
    "1",
    "new.png",
  );
  const cover = await readFile(inDirectory("new.png"));
  const tags = await readTags("given.m4a", { tags: { title: "New", artist: "Ädä" }, cover });
  assert.deepEqual([tags.title, tags.artist, tags.album], ["New", "Ädä", "Kept"]);
  const { image } = tags;
  assert(typeof image === "object" && image.imageBuffer.equals(cover));
});
