import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { z } from "zod";
import { isFinished } from "../../client/answers.ts";
import { createJobId } from "../../contract/job-id.ts";
import { environmentOf, startTapedeck } from "../harness/run-tapedeck.ts";
import { connect, createUser, eventually, type TestUser } from "../harness/stack.ts";
import { generate } from "../media/make-media.ts";

const CHAPTERS = `;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1
START=0
END=4
title=Opening
[CHAPTER]
TIMEBASE=1/1
START=4
END=9
title=Questions
`;
const Line = z.object({
  mp3: z.string(),
  jobId: z.string(),
  sentBytes: z.number().optional(),
  durationSeconds: z.number(),
});

suite("the command, with a video that was sent before", { concurrency: 1 }, () => {
  let directory: string;
  let user: TestUser;
  let jobId: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-again-"));
    user = await createUser();
    await writeFile(join(directory, "chapters.txt"), CHAPTERS);
    const video = join(directory, "talk.mkv");
    const chapters = `-f ffmetadata -i ${join(directory, "chapters.txt")}`;
    const inputs = `-f lavfi -i sine=440:d=9 ${chapters} -f lavfi -i color=s=128x72:d=9`;
    const maps = "-map_metadata 1 -map_chapters 1 -map 0:a -map 2:v";
    await generate(`${inputs} ${maps} -c:a aac -c:v rawvideo ${video}`);
    const sent = Line.parse(JSON.parse((await tapedeck("convert", video, "--json")).stdout));
    // Only its soundtrack is sent, and the chapters with it.
    assert.ok((sent.sentBytes ?? 0) < (await stat(video)).size / 2);
    ({ jobId } = sent);
  });
  after(() => rm(directory, { recursive: true }));

  const tapedeck = (...commandArguments: string[]) =>
    startTapedeck(commandArguments, { cwd: directory, env: environmentOf(user, directory) }).ended;

  test("converts it again without sending it, until it is deleted", async () => {
    const output = join(directory, "short.mp3");
    const choice = ["-o", output, "-q", "speech", "--start", "3", "--end", "5"];
    const again = await tapedeck("again", jobId, ...choice, "--file-name", "Short", "--json");
    assert.equal(again.exitCode, 0, again.stderr);
    const line = Line.parse(JSON.parse(again.stdout));
    assert.notEqual(line.jobId, jobId);
    assert.ok(Math.abs(line.durationSeconds - 2) < 0.1, `${line.durationSeconds} s`);
    assert.equal((await readFile(output)).subarray(0, 3).toString("latin1"), "ID3");

    const client = await connect(user);
    const job = await client.readJob(line.jobId);
    assert.equal(job.sourceJobId, jobId);
    assert.equal((await client.readDownload(line.jobId)).fileName, "Short.mp3");
  });

  test("splits it by its chapters, or every few minutes, into a numbered set", async () => {
    const split = await tapedeck("split", jobId, "--chapters");
    assert.equal(split.exitCode, 0, split.stderr);
    const names = split.stdout.trim().split("\n").sort();
    assert.deepEqual(
      names,
      ["1 Opening.mp3", "2 Questions.mp3"].map((name) => join(directory, name)),
    );
    const tag = (await readFile(names[1] ?? "")).subarray(0, 600).toString("latin1");
    assert.match(tag.replaceAll("\0", ""), /TRCK[\s\S]*2\/2/);

    const every = await tapedeck("split", jobId, "--every", "0.1", "--json");
    assert.equal(every.exitCode, 0, every.stderr);
    const lengths = every.stdout
      .trim()
      .split("\n")
      .map((line) => Line.parse(JSON.parse(line)));
    const seconds = lengths
      .sort((a, b) => a.mp3.localeCompare(b.mp3))
      .map((l) => l.durationSeconds);
    assert.deepEqual(seconds.map(Math.round), [6, 3]);
    assert.deepEqual(lengths.map(({ mp3 }) => mp3).sort(), [
      join(directory, "1 talk.mp3"),
      join(directory, "2 talk.mp3"),
    ]);
  });

  test("creates one job for a repeated request, even while the first is still running", async () => {
    const client = await connect(user);
    const before = (await client.listJobs({ limit: 100 })).jobs.length;
    const again = { jobId: createJobId(), options: { quality: "speech" } } as const;
    const answers = await Promise.all([1, 2, 3].map(() => client.convertAgain(jobId, again)));
    assert.deepEqual(
      answers.map((answer) => answer.jobId),
      [again.jobId, again.jobId, again.jobId],
    );
    const job = await eventually(async () => {
      const made = await client.readJob(again.jobId);
      return isFinished(made) ? made : undefined;
    });
    assert.equal(job.state, "completed");
    await client.convertAgain(jobId, again);
    const { jobs } = await client.listJobs({ limit: 100 });
    assert.equal(jobs.length, before + 1);
    const other = client.convertAgain(jobId, { jobId: again.jobId });
    await assert.rejects(other, { status: 409, code: "id-taken" });
    await client.deleteJob(again.jobId);
  });

  test("says what can't be split or converted again", async () => {
    const nothing = await tapedeck("split", jobId, "--every", "60");
    assert.equal(nothing.exitCode, 2);
    assert.match(nothing.stderr, /nothing to split/);
    assert.equal((await tapedeck("split", jobId)).exitCode, 2);

    const client = await connect(user);
    await client.deleteJob(jobId);
    const gone = await tapedeck("again", jobId, "-o", "gone.mp3");
    assert.equal(gone.exitCode, 1);
    assert.match(gone.stderr, /no such job/);
    assert.ok(!(await readdir(directory)).includes("gone.mp3"));
  });

  test("shows and changes which emails are sent, and in which language", async () => {
    const settings = async (...options: string[]) =>
      (await tapedeck("settings", ...options)).stdout;
    assert.equal(await settings(), "emails: each\nlanguage: en\n");
    assert.equal(await settings("--emails", "digest"), "emails: digest\nlanguage: en\n");
    assert.equal(await settings("--language", "fr"), "emails: digest\nlanguage: fr\n");
    assert.equal(await settings(), "emails: digest\nlanguage: fr\n");
    const refused = await tapedeck("settings", "--emails", "all");
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /each, digest, failures, none/);
  });

  test("creates a feed that opens, says when it was created, and revokes it", async () => {
    assert.equal((await tapedeck("feed", "show")).stdout, "feed: none\n");
    const { stdout: url } = await tapedeck("feed", "create");
    assert.match(await (await fetch(url.trim())).text(), /<rss[\s\S]*Opening/);
    assert.match((await tapedeck("feed", "show")).stdout, /^feed: since 20\d\d-/);
    assert.equal((await tapedeck("feed", "revoke")).stdout, "feed: none\n");
    assert.equal((await fetch(url.trim())).status, 404);
  });
});
