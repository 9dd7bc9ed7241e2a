import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { promisify } from "node:util";
import { PageService } from "../fakes/page-service.ts";
import { generate } from "../media/make-media.ts";
import { makeWav } from "../media/make-wav.ts";

const run = promisify(execFile);
const COMMAND = resolve(import.meta.dirname, "../../cli/tapedeck.ts");
const PASSWORD = "no matter";

suite("of a video with several audio tracks, the command sends", { concurrency: 1 }, () => {
  let directory: string;
  let service: PageService;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "client-tracks-"));
    service = await new PageService(
      directory,
      makeWav(1000, 1, () => 0),
    ).start();
  });
  after(async () => {
    await service[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  /** Sends a video of two tones. Returns the job's request and the video's size. */
  async function send(name: string, args: string, ...choice: string[]) {
    const tones = "-f lavfi -i sine=440:d=3 -f lavfi -i sine=1000:d=3 -map 0:a -map 1:a";
    await generate(`${tones} ${args} ${join(directory, name)}`);
    return sendFile(name, ...choice);
  }

  async function sendFile(name: string, ...choice: string[]) {
    const path = join(directory, name);
    const output = join(directory, "out.mp3");
    await run(process.execPath, [COMMAND, "convert", path, "-o", output, "--force", ...choice], {
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        TAPEDECK_API_URL: new URL("/api", service.siteUrl).href,
        TAPEDECK_EMAIL: "a@example.org",
        TAPEDECK_PASSWORD: PASSWORD,
      },
    });
    const upload = service.uploads.at(-1);
    assert.ok(upload);
    return { ...upload, isWhole: upload.sizeBytes === (await stat(path)).size };
  }

  test("only the chosen one, without a number", async () => {
    const { isWhole, options } = await send("a.mp4", "-c:a aac -ac 2", "--audio-track", "2");
    assert.deepEqual([isWhole, options.audioTrack], [false, undefined]);
  });
  test("everything, and the number, if the track can't be found", async () => {
    const stream = await send("a.ts", "-c:a mp2", "--audio-track", "2");
    assert.deepEqual([stream.isWhole, stream.options.audioTrack], [true, 2]);
    const beyond = await send("a.mp4", "-c:a aac -ac 2", "--audio-track", "3");
    assert.deepEqual([beyond.isWhole, beyond.options.audioTrack], [true, 3]);
  });
  test("both where the user says that they are left and right", async () => {
    const { isWhole, options } = await send("c.mkv", "-c:a flac -ac 1", "--audio-track", "2+1");
    assert.deepEqual([isWhole, options.audioTrack, options.rightTrack], [true, 2, 1]);
  });
  test("the chapters beside it, also those of QuickTime's text track", async () => {
    const chapter = (start: number, title: string) =>
      `[CHAPTER]\nTIMEBASE=1/1\nSTART=${start}\nEND=${start + 2}\ntitle=${title}\n`;
    const list = join(directory, "chapters.txt");
    await writeFile(list, `;FFMETADATA1\n${chapter(0, "Eins")}${chapter(2, "二")}`);
    const inputs = `-f lavfi -i sine=d=4 -f lavfi -i testsrc=s=320x180:d=4 -f ffmetadata -i ${list}`;
    const maps = "-map 0:a -map 1:v -map_chapters 2 -c:a aac -ac 2 -c:v mpeg4 -q:v 2";
    const path = join(directory, "chapters.mov");
    await generate(`${inputs} ${maps} ${path}`);
    const bytes = await readFile(path);
    // ffmpeg also writes Nero's list.
    bytes.write("free", bytes.indexOf("chpl"), "latin1");
    await writeFile(path, bytes);
    const { isWhole, options } = await sendFile("chapters.mov");
    assert.equal(isWhole, false);
    assert.deepEqual(options.chapters, [
      { startSeconds: 0, title: "Eins" },
      { startSeconds: 2, title: "二" },
    ]);
  });
  test("both, if they may be left and right", async () => {
    assert.equal((await send("a.mkv", "-c:a flac -ac 1")).isWhole, true);
    assert.equal((await send("b.mkv", "-c:a flac -ac 2")).isWhole, false);
  });
});
