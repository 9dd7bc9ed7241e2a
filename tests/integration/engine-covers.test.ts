import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import nodeId3 from "node-id3";
import { MAX_COVER_BYTES } from "../../contract/conversion.ts";
import type { EngineOptions } from "../../engine/types.ts";
import { convertFile } from "../media/convert-file.ts";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";

const run = promisify(execFile);
const directory = await mkdtemp(join(tmpdir(), "engine-covers-"));
after(() => rm(directory, { recursive: true }));
const inDirectory = (name: string) => join(directory, name);
const ffmpeg = async (...args: string[]) => {
  await run(await findFullFfmpeg(), ["-v", "error", "-y", ...args], { cwd: directory });
};

/** A picture of 640 × 480 whose four corners have four colors. */
const SCENE = "testsrc2=s=640x480,drawbox=t=fill:w=320:h=240:c=red";
const LARGE = `${SCENE},scale=1800:1350,noise=alls=30`;
const draw = (graph: string, name: string, ...args: string[]) =>
  ffmpeg("-f", "lavfi", "-i", graph, "-frames:v", "1", "-update", "1", ...args, name);

/** The colors of a picture in 8 × 8 fields, red, green and blue. */
async function readColors(name: string): Promise<Buffer> {
  const fields = "scale=8:8:flags=area,format=rgb24";
  const { stdout } = await run(
    await findFullFfmpeg(),
    ["-v", "error", "-i", inDirectory(name), "-vf", fields, "-f", "rawvideo", "-"],
    { encoding: "buffer" },
  );
  return stdout;
}

async function readSize(name: string): Promise<number[]> {
  const bytes = await readFile(inDirectory(name));
  // The frame's header: its length, 8 bits, height and width (ITU-T T.81, B.2.2).
  const start = bytes.findIndex(
    (byte, at) => byte === 0xff && bytes[at + 1] === 0xc0 && bytes[at + 4] === 8,
  );
  return [bytes.readUInt16BE(start + 7), bytes.readUInt16BE(start + 5)];
}

/** Converts a recording, and writes the cover of its MP3 to the file `name`. */
async function convert(path: string, name: string, options: Partial<EngineOptions> = {}) {
  const { outcome, sink } = await convertFile(inDirectory(path), options);
  assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
  const { image } = nodeId3.read(sink.mp3 as Buffer);
  if (typeof image === "object") await writeFile(inDirectory(name), image.imageBuffer);
  return { notes: outcome.notes, image: typeof image === "object" ? image : undefined };
}

/** An ID3v2.3 tag with a front cover. */
function makeApic(mime: string, picture: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(`\0${mime}\0\x03\0`, "latin1"), picture]);
  const head = Buffer.alloc(20);
  head.write("ID3\x03", 0, "latin1");
  const size = body.length + 10;
  for (let at = 0; at < 4; at++) head[9 - at] = (size >> (7 * at)) & 0x7f;
  head.write("APIC", 10, "latin1");
  head.writeUInt32BE(body.length, 14);
  return Buffer.concat([head, body]);
}

async function writeMp3(name: string, mime: string, picture: Buffer): Promise<string> {
  const mp3 = await readFile(inDirectory("plain.mp3"));
  await writeFile(inDirectory(name), Buffer.concat([makeApic(mime, picture), mp3]));
  return name;
}

const expectScene = async (name: string) => {
  const [expected, made] = await Promise.all([readColors("scene.png"), readColors(name)]);
  assert.equal(made.length, expected.length);
  const error = expected.reduce((sum, value, at) => sum + Math.abs(value - (made[at] ?? 0)), 0);
  assert.ok(error / expected.length < 10, `${name}: ${error / expected.length} levels off`);
};

before(async () => {
  await ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-c:a", "libmp3lame", "plain.mp3");
  await draw(SCENE, "scene.png");
});

suite("a picture that not every player shows becomes a JPEG", { concurrency: 1 }, () => {
  const PICTURES: Record<string, [mime: string, graph: string, ...args: string[]]> = {
    "lossy.webp": ["image/webp", SCENE, "-c:v", "libwebp"],
    "lossless.webp": ["image/webp", SCENE, "-c:v", "libwebp", "-lossless", "1"],
    "scene.gif": ["image/gif", SCENE],
    "scene.bmp": ["image/bmp", SCENE],
    "scene.tiff": ["image/tiff", SCENE],
    "large.jpg": ["image/jpeg", LARGE, "-q:v", "1"],
    "large.png": ["image/png", `${SCENE},scale=1600:1200,noise=alls=20`],
    "deep.png": ["image/png", `${SCENE},scale=1600:1200,noise=alls=9`, "-pix_fmt", "rgb48be"],
    // Its name doesn't match its format.
    "really.webp": ["image/jpeg", SCENE, "-c:v", "libwebp"],
  };
  for (const [name, [mime, graph, ...args]] of Object.entries(PICTURES)) {
    test(name, async () => {
      await draw(graph, name, ...args);
      const picture = await readFile(inDirectory(name));
      const { image, notes } = await convert(await writeMp3("a.mp3", mime, picture), "cover.jpg");
      assert.equal(image?.mime, "image/jpeg");
      assert.equal(image.type.id, 3);
      assert.ok(image.imageBuffer.length <= MAX_COVER_BYTES);
      assert.deepEqual(notes, []);
      await expectScene("cover.jpg");
      const [width = 0, height = 0] = await readSize("cover.jpg");
      assert.ok(Math.abs(width / height - 4 / 3) < 0.01 && width <= 1000, `${width} x ${height}`);
    });
  }

  test("transparency becomes white", async () => {
    await draw("color=black@0:s=64x64,format=rgba", "clear.webp", "-c:v", "libwebp");
    const picture = await readFile(inDirectory("clear.webp"));
    await convert(await writeMp3("a.mp3", "image/webp", picture), "cover.jpg");
    assert.ok((await readColors("cover.jpg")).every((level) => level > 250));
  });

  test("a photo is rotated as its Exif tag says", async () => {
    await draw(LARGE, "photo.jpg", "-q:v", "1");
    const photo = await readFile(inDirectory("photo.jpg"));
    // Exif's orientation 6 means a quarter turn to the right.
    const tiff = Buffer.from("4d4d002a00000008000101120003000000010006000000000000", "hex");
    const exif = Buffer.concat([
      Buffer.from("ffe1", "hex"),
      Buffer.alloc(2),
      Buffer.from("Exif\0\0"),
      tiff,
    ]);
    exif.writeUInt16BE(exif.length - 2, 2);
    const turned = Buffer.concat([photo.subarray(0, 2), exif, photo.subarray(2)]);
    await convert(await writeMp3("a.mp3", "image/jpeg", turned), "cover.jpg");
    assert.deepEqual(await readSize("cover.jpg"), [750, 1000]);
  });

  test("a picture of noise is made small enough", async () => {
    await draw("color=gray:s=1200x1200,noise=alls=100", "noise.png");
    const picture = await readFile(inDirectory("noise.png"));
    const { image } = await convert(await writeMp3("a.mp3", "image/png", picture), "cover.jpg");
    assert.ok(image && image.imageBuffer.length <= MAX_COVER_BYTES);
  });
});

suite("in any container", { concurrency: 1 }, () => {
  const SOUND = ["-f", "lavfi", "-i", "sine=d=1"];
  const ATTACHED = ["-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic"];
  before(() => draw(SCENE, "cover.webp", "-c:v", "libwebp"));

  test("MKV with a WebP, as yt-dlp attaches it", async () => {
    const attach = ["-attach", "cover.webp", "-metadata:s:t", "mimetype=image/webp"];
    await ffmpeg(...SOUND, ...attach, "-c:a", "aac", "a.mkv");
    await convert("a.mkv", "cover.jpg");
    await expectScene("cover.jpg");
  });

  test("FLAC with a WebP", async () => {
    await ffmpeg(...SOUND, "-i", "cover.webp", ...ATTACHED, "a.flac");
    await convert("a.flac", "cover.jpg");
    await expectScene("cover.jpg");
  });

  test("M4A with a WebP of undeclared type", async () => {
    await ffmpeg(...SOUND, "-i", "scene.png", ...ATTACHED, "-c:a", "aac", "a.m4a");
    const webp = await readFile(inDirectory("cover.webp"));
    const bytes = await readFile(inDirectory("a.m4a"));
    // The box `data` in `covr`: length, name, type and language, four bytes each. Type 0 is "see what it is".
    const data = bytes.indexOf("covr") + 4;
    const end = data + bytes.readUInt32BE(data);
    assert.equal(bytes.toString("latin1", data + 4, data + 8), "data");
    assert.ok(webp.length < end - data - 16);
    bytes.writeUInt32BE(0, data + 8);
    webp.copy(bytes.fill(0, data + 16, end), data + 16);
    await writeFile(inDirectory("a.m4a"), bytes);
    await convert("a.m4a", "cover.jpg");
    await expectScene("cover.jpg");
  });

  test("and one that the user gives", async () => {
    await draw(SCENE, "given.gif");
    const cover = await readFile(inDirectory("given.gif"));
    await convert("plain.mp3", "cover.jpg", { cover });
    await expectScene("cover.jpg");
  });
});

suite("a picture that can't be read is left out with a note", { concurrency: 1 }, () => {
  const pngOf = (width: number, height: number) => {
    const head = Buffer.from(
      "89504e470d0a1a0a0000000d494844520000000000000000080200000000000000",
      "hex",
    );
    head.writeUInt32BE(width, 16);
    head.writeUInt32BE(height, 20);
    return Buffer.concat([head, Buffer.alloc(MAX_COVER_BYTES)]);
  };
  const HOSTILE: Record<string, Buffer> = {
    "a billion pixels": pngOf(32_000, 32_000),
    "no pixel": pngOf(0, 0),
    "a GIF of 4 billion pixels": Buffer.from("GIF89a\xff\xff\xff\xff\xf0\0\0", "latin1"),
    "half of a WebP": Buffer.from(
      "RIFF\xff\xff\0\0WEBPVP8L\xff\xff\0\0/\xff\xff\xff\xff",
      "latin1",
    ),
    "a HEIC": Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"),
    "no picture": Buffer.from("This is a text."),
    nothing: Buffer.alloc(0),
  };
  for (const [what, picture] of Object.entries(HOSTILE)) {
    test(what, async () => {
      const { image, notes } = await convert("plain.mp3", "none", { cover: picture });
      assert.equal(image, undefined);
      assert.deepEqual(
        notes?.map(({ code }) => code),
        ["no-cover"],
      );
    });
  }
});
