import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { JobView, LoginResponse, Problem, UploadResponse } from "../../contract/api.ts";
import { DescribedAnswers } from "../harness/described-answers.ts";
import { apiUrl, createUser, eventually, type TestUser } from "../harness/stack.ts";

const run = promisify(execFile);
const SAMPLE = resolve(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");

/** The users of the old system have only curl. */
describe("with curl alone", () => {
  let directory: string;
  let user: TestUser;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-curl-"));
    user = await createUser();
  });
  after(() => rm(directory, { recursive: true }));

  async function curl(...args: string[]): Promise<string> {
    return (await run("curl", ["--silent", "--show-error", ...args])).stdout;
  }
  /** Calls the API, and checks that its document describes the answer. */
  async function curlJson(...args: string[]): Promise<unknown> {
    const output = await curl(...args, "-w", "\\n%{method} %{http_code} %{content_type}");
    const end = output.lastIndexOf("\n");
    const [method = "", status = "", type = ""] = output.slice(end + 1).split(" ");
    const [body, headers] = [output.slice(0, end), new Headers({ "content-type": type })];
    const answer = { method, url: args.at(-1) ?? "", status: Number(status), headers, body };
    assert.equal((await DescribedAnswers.read(apiUrl)).findDifference(answer), undefined);
    return JSON.parse(body);
  }

  test("a video becomes an MP3: curl -u, curl -T, curl -L", async () => {
    const { token } = LoginResponse.parse(
      await curlJson("-X", "POST", "-u", `${user.email}:${user.password}`, `${apiUrl}/login`),
    );
    const bearer = ["-H", `Authorization: Bearer ${token}`];

    const { size } = await stat(SAMPLE);
    const request = { fileName: "my tape.mp4", sizeBytes: size, contentType: "video/mp4" };
    const { jobId, upload } = UploadResponse.parse(
      await curlJson(...bearer, "--json", JSON.stringify(request), `${apiUrl}/upload`),
    );
    assert(upload.kind === "single");

    const notYet = await curlJson(...bearer, `${apiUrl}/download?id=${jobId}`);
    assert.equal(Problem.parse(notYet).code, "not-ready");

    const headers = Object.entries(upload.headers).flatMap(([name, value]) => [
      "-H",
      `${name}: ${value}`,
    ]);
    await curl("--fail", "-T", SAMPLE, ...headers, upload.url);

    const job = await eventually(async () => {
      const view = JobView.parse(await curlJson(...bearer, `${apiUrl}/jobs/${jobId}`));
      return view.state === "completed" || view.state === "failed" ? view : undefined;
    });
    assert.equal(job.state, "completed");
    assert(Math.abs((job.result?.durationSeconds ?? 0) - 20) < 0.1);

    // -J keeps the name that the server gives.
    await run(
      "curl",
      ["--silent", "--fail", "-L", "-O", "-J", ...bearer, `${apiUrl}/download?id=${jobId}`],
      { cwd: directory },
    );
    const mp3 = await readFile(join(directory, "my tape.mp3"));
    assert.equal(mp3.length, job.result?.sizeBytes);
    assert.equal(mp3.toString("latin1", 0, 3), "ID3");
  });

  test("a body whose length isn't the declared one is refused by the URL's signature", async (t) => {
    const { token } = LoginResponse.parse(
      await curlJson("-X", "POST", "-u", `${user.email}:${user.password}`, `${apiUrl}/login`),
    );
    const request = { fileName: "a.mp4", sizeBytes: 10, contentType: "video/mp4" };
    const { jobId, upload } = UploadResponse.parse(
      await curlJson(
        "-H",
        `Authorization: Bearer ${token}`,
        "--json",
        JSON.stringify(request),
        `${apiUrl}/upload`,
      ),
    );
    assert(upload.kind === "single");
    const file = join(directory, "longer.mp4");
    await writeFile(file, "more than ten bytes");
    const status = await curl(
      "-o",
      "/dev/null",
      "-w",
      "%{http_code}",
      "-H",
      "content-type: video/mp4",
      "-T",
      file,
      upload.url,
    );
    if (status === "403") return;
    t.diagnostic("this emulator checks no signatures; the converter's own check counts");
    const job = await eventually(async () => {
      const view = JobView.parse(
        await curlJson("-H", `Authorization: Bearer ${token}`, `${apiUrl}/jobs/${jobId}`),
      );
      return view.state === "failed" ? view : undefined;
    });
    assert.equal(job.failure?.code, "too-large");
  });
});
