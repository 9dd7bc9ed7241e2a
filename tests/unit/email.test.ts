import assert from "node:assert/strict";
import { test } from "node:test";
import { composeEmail as compose, composeDigest } from "../../functions/notifier/email.ts";
import type { Job } from "../../functions/storage/job.ts";
import { makeJob } from "../fakes/jobs.ts";

const links = {
  download: "https://tapes.test/download?token=a&b=c",
  downloadEndsAt: new Date("2026-12-03T08:00:00Z"),
  keptUntil: new Date("2026-12-26T08:00:00Z"),
  page: "https://tapes.test",
  unsubscribe: "https://tapes.test/unsubscribe?token=u",
};

const composeEmail = (job: Job, its = links) => compose(job, its, "en");

test("a completed job's email has the title, length, size and link, in text and HTML", () => {
  const job = makeJob({
    state: "completed",
    result: { title: "On tape", durationSeconds: 3723.4, sizeBytes: 58_123_456 },
  });
  const { subject, text, html } = composeEmail(job, links);
  assert.equal(subject, "Your MP3 is ready: On tape");
  for (const body of [text, html]) {
    assert.match(body, /On tape/);
    assert.match(body, /1:02:03 · 58\.1 MB/);
  }
  assert(text.includes(links.download));
  assert(html.includes('href="https://tapes.test/download?token=a&amp;b=c"'));
});

test("text from the user's file can't become markup or a header", () => {
  const title = `<img src=x onerror="alert('1')">\r\nBcc: all@example.org`;
  const job = makeJob({
    state: "completed",
    fileName: "<script>.mp4",
    result: { title, durationSeconds: 5, sizeBytes: 999 },
  });
  const { subject, html } = composeEmail(job, links);
  assert(!/<img|<script/.test(html));
  assert(html.includes("&lt;script&gt;.mp4"));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert(!/[\u0000-\u001f]/.test(subject));
});

test("a name or title appears as it is written, and is cut if it is long", () => {
  const job = makeJob({
    state: "completed",
    fileName: "exe.\u202e4pm",
    result: { title: `\u2067${"\ud83d\ude00".repeat(500_000)}`, durationSeconds: 5, sizeBytes: 9 },
  });
  const { subject, text, html } = composeEmail(job, links);
  for (const part of [subject, text, html]) {
    assert(part.isWellFormed());
    assert(!/\p{Bidi_Control}/u.test(part));
    assert(Buffer.byteLength(part) < 8000);
  }
  assert(html.includes("<bdi>exe.4pm</bdi>"));
});

test("an email about an incomplete recording says what is missing", () => {
  const result = { title: "Talk", durationSeconds: 50, sizeBytes: 9 };
  const incomplete = { reason: "ends-early", missingSeconds: 12.4 } as const;
  const job = makeJob({ state: "completed", result: { ...result, incomplete } });
  const { text, html } = composeEmail(job, links);
  for (const part of [text, html]) assert.match(part, /ends early.*about 12 seconds/);
  assert.doesNotMatch(composeEmail(makeJob({ state: "completed", result }), links).text, /early/);
});

test("an email says how the audio was changed, if its reader may not expect it", () => {
  const result = { title: "Talk", durationSeconds: 50, sizeBytes: 9 };
  const notes = [{ code: "another-track" as const }, { code: "turned-down" as const }];
  const { text, html } = composeEmail(
    makeJob({ state: "completed", result: { ...result, notes } }),
    links,
  );
  for (const part of [text, html]) assert.match(part, /next readable track.*turned down/s);
});

test("a failed job's email says why and what to do", () => {
  const job = makeJob({ state: "failed", failure: { code: "truncated" }, fileName: "cut.mp4" });
  const { subject, text } = composeEmail(job, links);
  assert.match(subject, /cut\.mp4/);
  assert.match(text, /incomplete/);
  assert.match(text, /Choose another file:\nhttps:\/\/tapes\.test/);
  assert(text.includes(job.jobId));
  assert(!text.includes(links.download));
});

test("an email about a video that is gone asks to upload it again", () => {
  const job = makeJob({ state: "failed", failure: { code: "source-deleted" } });
  assert.match(composeEmail(job, links).text, /Upload it again:\nhttps:\/\/tapes\.test/);
});

test("an email says how long the link works and how long the MP3 is kept", () => {
  const job = makeJob({
    state: "completed",
    result: { title: "Talk", durationSeconds: 5, sizeBytes: 9 },
  });
  const { text } = composeEmail(job, links);
  assert.match(text, /link works until 3 December 2026/);
  assert.match(text, /kept until 26 December 2026: sign in/);
  const short = composeEmail(job, { ...links, keptUntil: links.downloadEndsAt });
  assert.match(short.text, /kept until 3 December 2026\. Until then the link works/);
});

test("an email names Tapedeck and links to its page, in text and HTML", () => {
  const job = makeJob({ state: "failed", failure: { code: "damaged" } });
  const { text, html } = composeEmail(job, links);
  assert.match(text, /Tapedeck[\s\S]*https:\/\/tapes\.test/);
  assert.match(html, /<a href="https:\/\/tapes\.test"[^>]*>Tapedeck<\/a>/);
});

test("a digest counts what is ready and what failed", () => {
  const ready = makeJob({
    state: "completed",
    fileName: "one.mp4",
    result: { title: "One", durationSeconds: 65, sizeBytes: 1_500_000 },
  });
  const failed = makeJob({ state: "failed", failure: { code: "truncated" }, fileName: "two.mp4" });
  const head = (...jobs: Job[]) => composeDigest(jobs, links, "en").subject;
  assert.equal(head(ready, ready, failed), "2 MP3s ready, 1 video could not be converted");
  assert.equal(head(ready), "1 MP3 ready");
  assert.equal(head(failed, failed), "2 videos could not be converted");
  const { text } = composeDigest([failed, ready], links, "en");
  assert.match(text, /Sign in to play/);
  assert.doesNotMatch(composeDigest([failed, failed], links, "en").text, /play|MP3s ready/);
  assert.match(composeDigest([failed, failed], links, "en").text, /choose other options/);
  assert.match(text, /one\.mp4: 1:05 · 1\.5 MB\ntwo\.mp4: The file is incomplete/);
});
