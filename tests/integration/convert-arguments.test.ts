import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { link, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";

const ROOT = resolve(import.meta.dirname, "../..");

/** Wrong arguments are reported before anything is sent, so no API is needed here. */
suite("the convert command checks first", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-arguments-"));
    for (const name of ["talk.mp4", "talk.mp3", "other.mp3", "a.mov", "a.mkv", "b.mkv"]) {
      await writeFile(join(directory, name), `content of ${name}`);
    }
    await writeFile(join(directory, "empty.mp4"), "");
    await mkdir(join(directory, "album"));
    await link(join(directory, "talk.mp4"), join(directory, "twin.mp4"));
  });
  after(() => rm(directory, { recursive: true }));

  const run = (program: string, commandArguments: readonly string[], environment = {}) =>
    new Promise<{ exitCode: unknown; stdout: string; stderr: string }>((done) => {
      execFile(
        process.execPath,
        [join(ROOT, "cli", program), ...commandArguments],
        {
          cwd: directory,
          env: {
            PATH: process.env.PATH,
            HOME: directory,
            TAPEDECK_API_URL: "http://127.0.0.1:9",
            TAPEDECK_EMAIL: "a@example.org",
            TAPEDECK_PASSWORD: "no matter",
            ...environment,
          },
        },
        (error, stdout, stderr) => done({ exitCode: error?.code ?? 0, stdout, stderr }),
      );
    });
  const convert = (...commandArguments: string[]) =>
    run("tapedeck.ts", ["convert", ...commandArguments]);

  const refusals: [sentence: RegExp, ...commandArguments: string[]][] = [
    [/would replace .*talk\.mp3 itself/, "talk.mp3", "--force"],
    [/would replace .*talk\.mp4 itself/, "talk.mp4", "--force", "-o", "twin.mp4"],
    [/other\.mp3 exists: add --force/, "talk.mp4", "-o", "other.mp3"],
    [/folder .*missing\/dir doesn't exist/, "a.mov", "-o", "missing/dir/a.mp3"],
    [/--end must be later than --start/, "a.mov", "--start", "5", "--end", "4"],
    [/minutes and seconds such as 1:30/, "a.mov", "--start", "1:99"],
    [/whole number from 1 to 255/, "a.mov", "--audio-track", "0"],
    [/or two with a plus, such as 1\+2/, "a.mov", "--audio-track", "2+2"],
    [/or two with a plus/, "a.mov", "--audio-track", "1+2+3"],
    [/or two with a plus/, "a.mov", "--audio-track", "1+"],
    [/album is a folder/, "album"],
    [/There is no file missing\.mp4/, "missing.mp4"],
    [/There is no file \*\.avi/, "*.avi"],
    [/empty\.mp4 is empty/, "empty.mp4"],
    [/name a folder that exists/, "a.mov", "talk.mp4", "-o", "one.mp3"],
    [/would both become .*a\.mp3/, "a.mov", "a.mkv"],
    [/Only one MP3/, "a.mov", "talk.mp4", "-o", "-"],
  ];
  for (const [sentence, ...commandArguments] of refusals) {
    test(`refuses ${commandArguments.join(" ")}`, async () => {
      const { exitCode, stdout, stderr } = await convert(...commandArguments);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, sentence);
      assert.doesNotMatch(stderr, /\n {4}at |Error:/);
      assert.equal(stdout, "");
    });
  }

  test("takes times as the page does, and expands patterns that the shell doesn't", async () => {
    const { exitCode, stderr } = await convert("*.mov", "--start", "1:30", "--end", "1:02:03");
    // After the arguments, it needs the API.
    assert.equal(exitCode, 7, stderr);
    assert.match(stderr, /can't be reached/);
    assert.doesNotMatch(stderr, /\n {4}at |Error:/);
  });

  test("resolves paths from the folder in which npm was started", async () => {
    const { stderr } = await run("tapedeck.ts", ["convert", "missing.mp4", "album"], {
      INIT_CWD: join(directory, "album"),
    });
    assert.match(stderr, /There is no file missing\.mp4/);
    const found = await run("tapedeck.ts", ["convert", "../a.mov"], {
      INIT_CWD: join(directory, "album"),
    });
    assert.equal(found.exitCode, 7, found.stderr);
  });

  test("sends three videos at a time", async () => {
    const waiting: ServerResponse[] = [];
    let most = 0;
    const refuseAll = () => {
      for (const response of waiting.splice(0)) response.writeHead(400).end("{}");
    };
    const server = createServer((request, response) => {
      if (request.url === "/login") {
        const session = { token: "t", tokenType: "Bearer", expiresIn: 3600 };
        return void response.end(JSON.stringify(session));
      }
      most = Math.max(most, waiting.push(response));
      // A fourth request would come before the refusal. The last one comes alone.
      if (waiting.length === 3 || most === 3) setTimeout(refuseAll, 300);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const { stderr } = await run(
      "tapedeck.ts",
      ["convert", "talk.mp4", "a.mov", "b.mkv", "other.mp3", "-o", "album"],
      { TAPEDECK_API_URL: `http://127.0.0.1:${port}` },
    );
    server.close();
    assert.equal(most, 3, stderr);
    assert.match(stderr, /^other\.mp3: /m);
  });

  test("knows its version", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const { stdout, exitCode } = await run("tapedeck.ts", ["--version"]);
    assert.deepEqual([exitCode, stdout], [0, `${version}\n`]);
  });

  test("is a command that any Node version can start", async () => {
    const { stdout } = await run("bin.js", ["convert", "--help"]);
    assert.match(stdout, /Exit codes: 0 converted/);
  });

  test("the engine refuses to overwrite its source, and has a sentence for a missing file", async () => {
    const same = await run("engine.ts", ["talk.mp3", "talk.mp3"]);
    assert.equal(same.exitCode, 2, same.stderr);
    assert.match(same.stderr, /would replace .*talk\.mp3 itself/);
    assert.equal(await readFile(join(directory, "talk.mp3"), "utf8"), "content of talk.mp3");
    const missing = await run("engine.ts", ["missing.mp4", "out.mp3"]);
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /There is no file missing\.mp4/);
    assert.doesNotMatch(missing.stderr, /\n {4}at /);
  });
});
