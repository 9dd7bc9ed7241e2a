import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import {
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import NodeID3 from "node-id3";
import { z } from "zod";
import { UploadRecord } from "../../client/node/unfinished-uploads.ts";
import { environmentOf, startTapedeck } from "../harness/run-tapedeck.ts";
import { connect, createUser, eventually, type TestUser } from "../harness/stack.ts";
import { generate, makeMedia } from "../media/make-media.ts";
import { measureLoudness } from "../media/measure-loudness.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const SAMPLE = join(ROOT, "localstack/sample/arpeggio.mp4");

const Line = z.object({ mp3: z.string(), sentBytes: z.int() });

async function readUploadRecords(stateHome: string): Promise<UploadRecord[]> {
  const folder = join(stateHome, "tapedeck/uploads");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  return texts.map((text) => UploadRecord.parse(JSON.parse(text)));
}

describe("the convert command", () => {
  let directory: string;
  let user: TestUser;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-convert-"));
    user = await createUser();
  });
  after(() => rm(directory, { recursive: true }));

  const start = (commandArguments: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
    startTapedeck(["convert", ...commandArguments], {
      cwd: directory,
      env: { ...environmentOf(user, directory), ...environment },
    });

  const convert = (...parameters: Parameters<typeof start>) => start(...parameters).ended;

  /** Writes the sample with enough padding after it to be uploaded in parts. */
  async function makeLargeVideo(path: string, sizeBytes: number) {
    await copyFile(SAMPLE, path);
    const { size } = await stat(path);
    const file = await open(path, "r+");
    // A free box (ISO/IEC 14496-12, 8.1.2). The rest of the file is its content, and sparse.
    const box = Buffer.alloc(8);
    box.writeUInt32BE(sizeBytes - size);
    box.write("free", 4, "latin1");
    await file.write(box, 0, box.length, size);
    await file.truncate(sizeBytes);
    await file.close();
  }

  test("sends a cover that becomes the MP3's picture, also when the source is converted again", async () => {
    const cover = join(directory, "cover.jpg");
    await generate(`-f lavfi -i testsrc=s=48x48 -frames:v 1 -f image2 ${cover}`);
    const readPicture = async (mp3: string) => {
      const { image } = NodeID3.read(await readFile(mp3));
      assert.ok(typeof image === "object", `${mp3} has no picture`);
      return image;
    };
    const mp3 = join(directory, "with-cover.mp3");
    const sent = await convert([SAMPLE, "-o", mp3, "--cover", cover, "--end", "3", "--json"]);
    assert.equal(sent.exitCode, 0, sent.stderr);
    const { imageBuffer, mime, type } = await readPicture(mp3);
    assert.deepEqual([mime, type.id], ["image/jpeg", 3]);
    assert.ok(imageBuffer.equals(await readFile(cover)));

    const { jobId } = Line.extend({ jobId: z.string() }).parse(JSON.parse(sent.stdout));
    const again = join(directory, "with-cover-again.mp3");
    const { ended } = startTapedeck(["again", jobId, "-o", again], {
      cwd: directory,
      env: environmentOf(user, directory),
    });
    assert.equal((await ended).exitCode, 0);
    assert.ok((await readPicture(again)).imageBuffer.equals(imageBuffer));
  });

  test("writes a whole MP3, prints its path on standard output, and shows its progress", async () => {
    const mp3 = join(directory, "out.mp3");
    const { exitCode, stdout, stderr } = await convert([SAMPLE, "-o", mp3, "--end", "5"]);
    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, `${mp3}\n`);
    assert.match(stderr, /Uploading 100%[\s\S]*Converting 100%[\s\S]*Downloading 100%/);
    const head = (await readFile(mp3)).subarray(0, 3).toString("latin1");
    assert.equal(head, "ID3");
    assert.match(stderr, /0:05 of audio/);
  });

  test("brings the MP3 to the wanted loudness", async () => {
    const mp3 = join(directory, "even.mp3");
    const { exitCode, stderr } = await convert([SAMPLE, "-o", mp3, "--loudness", "-23"]);
    assert.equal(exitCode, 0, stderr);
    const [before, after] = [await measureLoudness(SAMPLE), await measureLoudness(mp3)];
    assert.ok(Math.abs(after + 23) < 0.3, `${before} LUFS became ${after} LUFS`);
  });

  test("converts an interrupted recording with a note, and a truncated video only on request", async () => {
    const interrupted = await makeMedia("interrupted-mkv-live", directory);
    const { exitCode, stdout, stderr } = await convert([interrupted, "--json"]);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /The recording ends early/);
    assert.equal(JSON.parse(stdout).incomplete.reason, "ends-early");

    const cut = await makeMedia("truncated-faststart", directory);
    assert.equal((await convert([cut])).exitCode, 5);
    const accepted = await convert([cut, "--accept-incomplete"]);
    assert.equal(accepted.exitCode, 0, accepted.stderr);
    assert.match(accepted.stderr, /is missing \(about \d seconds\)/);
  });

  test("writes the MP3 next to the video without -o, and doesn't replace one", async () => {
    const video = join(directory, "talk.mp4");
    await copyFile(SAMPLE, video);
    assert.equal((await convert([video, "--end", "2"])).exitCode, 0);
    const first = await stat(join(directory, "talk.mp3"));

    const refused = await convert([video, "--end", "2"]);
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /talk\.mp3 exists: add --force/);
    assert.equal((await stat(join(directory, "talk.mp3"))).mtimeMs, first.mtimeMs);
  });

  test("each kind of failure has its exit code and a sentence", async () => {
    const text = join(directory, "notes.mp4");
    await writeFile(text, "This is not a video.\n".repeat(100));

    for (const [expected, sentence, commandArguments, environment] of [
      [2, /no file/i, ["missing.mp4"], {}],
      [2, /Allowed choices are/, [SAMPLE, "--quality", "best"], {}],
      [2, /from -30 to -8/, [SAMPLE, "--loudness", "16"], {}],
      [2, /missing required argument/, [], {}],
      [3, /address or the password is wrong/, [SAMPLE, "-f"], { TAPEDECK_PASSWORD: "wrong" }],
      [7, /can't be reached/, [SAMPLE, "-f"], { TAPEDECK_API_URL: "http://127.0.0.1:9" }],
      [5, /is text, not a recording/, [text], {}],
    ] as const) {
      const { exitCode, stderr } = await convert(commandArguments, environment);
      assert.equal(exitCode, expected, `${commandArguments.join(" ")}: ${stderr}`);
      assert.match(stderr, sentence);
      assert.doesNotMatch(stderr, /\n {4}at /);
    }
  });

  test("an interrupted upload in parts continues as the same job", async () => {
    const video = join(directory, "large.mp4");
    await makeLargeVideo(video, 160e6);
    const other = await createUser();
    const environment = { TAPEDECK_EMAIL: other.email, TAPEDECK_PASSWORD: other.password };

    const first = start([video, "--whole", "--end", "3"], environment);
    await once(first.child.stderr, "data");
    first.child.kill("SIGINT");
    const interrupted = await first.ended;
    assert.equal(interrupted.exitCode, 130, interrupted.stderr);

    const second = await convert([video, "--whole", "--end", "3"], environment);
    assert.equal(second.exitCode, 0, second.stderr);
    const client = await connect(other);
    const { jobs } = await client.listJobs();
    assert.deepEqual(
      jobs.map(({ state, sizeBytes }) => ({ state, sizeBytes })),
      [{ state: "completed", sizeBytes: 160e6 }],
    );
  });

  test("starts over if S3 has deleted the parts of an interrupted upload", async () => {
    const video = join(directory, "forgotten.mp4");
    await makeLargeVideo(video, 160e6);
    const other = await createUser();
    const environment = { TAPEDECK_EMAIL: other.email, TAPEDECK_PASSWORD: other.password };
    const first = start([video, "--whole", "--end", "2"], environment);
    const uploadId = await eventually(async () => {
      const [record] = await readUploadRecords(directory).catch(() => []);
      return record?.job?.multipart?.uploadId;
    });
    first.child.kill("SIGINT");
    await first.ended;
    const client = await connect(other);
    const [job] = (await client.listJobs()).jobs;
    assert(job);
    const { url } = await client.sign(job.jobId, { method: "DELETE", uploadId });
    assert.equal((await fetch(url, { method: "DELETE" })).status, 204);

    const second = await convert([video, "--whole", "--end", "2"], environment);
    assert.equal(second.exitCode, 0, second.stderr);
    assert.deepEqual(await readUploadRecords(directory), []);
  });

  test("sends only the audio track, and the MP3 is the same as from the whole video", async () => {
    const video = join(directory, "padded.mp4");
    await makeLargeVideo(video, 30e6);
    const read = async (name: string, ...rest: string[]) => {
      const mp3 = join(directory, name);
      const { exitCode, stdout, stderr } = await convert([video, "-o", mp3, "--json", ...rest]);
      assert.equal(exitCode, 0, stderr);
      return { ...Line.parse(JSON.parse(stdout)), bytes: await readFile(mp3) };
    };
    const audio = await read("audio.mp3");
    const whole = await read("whole.mp3", "--whole");
    assert.equal(whole.sentBytes, 30e6);
    assert(audio.sentBytes < whole.sentBytes / 40, `${audio.sentBytes} bytes`);
    assert.deepEqual(audio.bytes, whole.bytes);
    assert.equal(audio.mp3, join(directory, "audio.mp3"));
  });

  test("takes several videos at once, and says how each ended", async () => {
    const album = join(directory, "album");
    await mkdir(album);
    for (const name of ["one.mp4", "two.mp4", "three.mp4"])
      await copyFile(SAMPLE, join(album, name));
    await writeFile(join(album, "notes.mp4"), "This is not a video.\n".repeat(100));
    const { exitCode, stdout, stderr } = await convert([join(album, "*.mp4"), "--end", "2"]);
    assert.equal(exitCode, 5, stderr);
    assert.deepEqual(
      stdout.trimEnd().split("\n").sort(),
      ["one", "three", "two"].map((name) => join(album, `${name}.mp3`)),
    );
    assert.match(stderr, /^notes\.mp4: The file is text, not a recording/m);
    assert.match(stderr, /^two\.mp4: 0:02 of audio/m);
  });

  test("writes only the MP3 to standard output", async () => {
    const { child, ended } = start([SAMPLE, "-o", "-", "--end", "2"]);
    const pieces: Buffer[] = [];
    child.stdout.setEncoding("latin1").on("data", (piece: string) => {
      pieces.push(Buffer.from(piece, "latin1"));
    });
    const { exitCode, stderr } = await ended;
    assert.equal(exitCode, 0, stderr);
    const piped = Buffer.concat(pieces);
    const file = join(directory, "file.mp3");
    assert.equal((await convert([SAMPLE, "-o", file, "--end", "2"])).exitCode, 0);
    assert.deepEqual(piped, await readFile(file));
  });

  test("takes no password as an argument", async () => {
    const { stdout } = await new Promise<{ stdout: string }>((done, failed) =>
      execFile(
        process.execPath,
        [join(ROOT, "cli/tapedeck.ts"), "convert", "--help"],
        (error, stdout) => (error ? failed(error) : done({ stdout })),
      ),
    );
    assert.doesNotMatch(stdout, /--password/);
    assert.match(stdout, /Exit codes: 0 converted/);
  });
});
