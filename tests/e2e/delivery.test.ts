import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { ApiClient } from "../../client/api-client.ts";
import { convertVideo } from "../../client/node/convert-video.ts";
import type { FailureCode } from "../../contract/conversion.ts";
import { createJobId } from "../../contract/job-id.ts";
import { jobKey, resultKey, sourceKey } from "../../functions/storage/job.ts";
import { announceSource } from "../../functions/storage/messages.ts";
import {
  apiUrl,
  eventually,
  openS3,
  openSqs,
  readMailTo,
  readOwner,
  signInNewUser,
  stack,
} from "../harness/stack.ts";

const SAMPLE = resolve(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
const { SourceBucketName, ResultBucketName, VideoQueueUrl, ParkedVideosUrl } = stack.outputs;

const s3 = openS3();
const sqs = openSqs();

let directory: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), "tapedeck-delivery-"));
});
after(() => rm(directory, { recursive: true }));

/** Sends a file as the browser does, and waits for the job's end. */
async function convert(
  client: ApiClient,
  bytes: Uint8Array,
  fileName = "talk.mp4",
  options: { startSeconds?: number } = {},
) {
  const jobId = await upload(client, bytes, fileName, options);
  return awaitEnd(client, jobId);
}

async function upload(
  client: ApiClient,
  bytes: Uint8Array,
  fileName = "talk.mp4",
  options: { startSeconds?: number } = {},
) {
  const { jobId, upload: target } = await client.createUpload({
    fileName,
    sizeBytes: bytes.length,
    contentType: "video/mp4",
    options,
  });
  assert(target.kind === "single");
  const { method, headers, url } = target;
  const answer = await fetch(url, { method, headers, body: Buffer.from(bytes) });
  assert.equal(answer.status, 200);
  return jobId;
}

const awaitEnd = (client: ApiClient, jobId: string) =>
  eventually(async () => {
    const job = await client.readJob(jobId);
    return job.state === "completed" || job.state === "failed" ? job : undefined;
  });

const awaitMail = (email: string) => eventually(async () => (await readMailTo(email)).at(0));

const readLink = (text: string) => /https?:\S+\/download\?token=\S+/.exec(text)?.[0] ?? "";

test("the email is in the user's language, and so is the page behind a link of it", async () => {
  const { client, user } = await signInNewUser();
  // Two devices change settings at the same moment, and neither change is lost.
  await Promise.all([
    client.changeSettings({ language: "ar" }),
    client.changeSettings({ emails: "digest" }),
  ]);
  assert.deepEqual(await client.readSettings(), { emails: "digest", language: "ar" });
  await client.changeSettings({ emails: "each" });
  await convert(client, await readFile(SAMPLE), "talk (1).mp4");
  const mail = await awaitMail(user.email);
  assert.match(mail.subject, /ملف MP3 جاهز/);
  assert.match(mail.html, /<html lang="ar" dir="rtl">/);

  const stop = /https?:\S+\/unsubscribe\?token=\S+/.exec(mail.text)?.[0] ?? "";
  assert.match(
    await (await fetch(stop)).text(),
    /<html lang="ar" dir="rtl">[\s\S]*إيقاف كل الرسائل/,
  );
  const broken = readLink(mail.text).replace(/token=[^&]+/, "token=nonsense");
  const page = await fetch(broken, { headers: { accept: "text/html", "accept-language": "de" } });
  assert.equal(page.status, 401);
  assert.match(await page.text(), /<html lang="ar" dir="rtl">[\s\S]*هذا الرابط لا يعمل/);
});

test("the email's link opens the MP3 without signing in, and only that one", async () => {
  const { client, user } = await signInNewUser();
  const job = await convert(client, await readFile(SAMPLE), "Ünïcode <b>tape</b>.mp4");
  assert.equal(job.state, "completed");
  const mail = await awaitMail(user.email);
  assert.match(mail.subject, /ready/);
  assert(!mail.html.includes("<b>tape"));
  assert.match(mail.text, /0:20/);

  const link = readLink(mail.text);
  const mp3 = await fetch(link);
  assert.equal(mp3.status, 200);
  assert.match(mp3.headers.get("content-disposition") ?? "", /filename\*=UTF-8''%C3%9Cn%C3%AFcode/);
  assert.equal((await mp3.arrayBuffer()).byteLength, job.result?.sizeBytes);

  const stop = /https?:\S+\/unsubscribe\?token=\S+/.exec(mail.text)?.[0] ?? "";
  // As mail programs send it (https://www.rfc-editor.org/rfc/rfc8058#section-3.2).
  const oneClick = new URLSearchParams({ "List-Unsubscribe": "One-Click" });
  assert.equal((await fetch(stop, { method: "POST", body: oneClick })).status, 200);
  assert.equal((await client.readSettings()).emails, "none");
  await client.markSeen(job.jobId);

  const feed = await client.createFeed();
  const [, enclosure = "", length] =
    /<enclosure url="([^"]+)" length="(\d+)"/.exec(await (await fetch(feed.url)).text()) ?? [];
  assert.equal(Number(length), job.result?.sizeBytes);
  const episode = await fetch(enclosure.replaceAll("&amp;", "&"), {
    headers: { range: "bytes=0-99" },
  });
  assert.equal(episode.status, 206, "a player asks for ranges");
  assert.equal((await episode.arrayBuffer()).byteLength, 100);

  const turned = await fetch(`${link}&id=${job.jobId}`, { redirect: "manual" });
  assert.equal(turned.status, 400);
  const [head = "", payload = "", signature = ""] = link.split("token=")[1]?.split(".") ?? [];
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
  const other = { ...claims, jobId: "ZZZZZZZZZZZZZZZZZZZZZZZZZZ" };
  const forged = Buffer.from(JSON.stringify(other)).toString("base64url");
  const answer = await fetch(`${apiUrl}/download?token=${head}.${forged}.${signature}`);
  assert.equal(answer.status, 401);
});

test("a file of more than 100 MB is uploaded in parts and arrives whole", async () => {
  const { client } = await signInNewUser();
  const video = join(directory, "large.mp4");
  const sample = await readFile(SAMPLE);
  // A `free` box fills the rest, which players and converters skip.
  const sizeBytes = 120_000_000;
  const box = Buffer.alloc(8);
  box.writeUInt32BE(sizeBytes - sample.length);
  box.write("free", 4, "latin1");
  await writeFile(video, Buffer.concat([sample, box]));
  await truncate(video, sizeBytes);
  const mp3 = join(directory, "large.mp3");
  const { job } = await convertVideo(client, {
    videoPath: video,
    mp3Path: mp3,
    conversion: { quality: "128" },
    sendsWhole: true,
    signal: AbortSignal.timeout(120_000),
  });
  assert.equal(job.sizeBytes, sizeBytes);
  assert.equal((await stat(mp3)).size, job.result?.sizeBytes);
  assert(Math.abs((job.result?.durationSeconds ?? 0) - 20) < 0.1);
});

test("the same S3 event twice makes one MP3 and one email", async () => {
  const { client, user } = await signInNewUser();
  const job = await convert(client, await readFile(SAMPLE));
  const owner = await readOwner(user);
  await awaitMail(user.email);
  const target = { Bucket: ResultBucketName, Key: resultKey(owner, job.jobId) };
  const first = await s3.send(new HeadObjectCommand(target));

  const key = sourceKey(owner, job.jobId);
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: VideoQueueUrl,
      MessageBody: JSON.stringify({
        Records: [{ s3: { bucket: { name: SourceBucketName }, object: { key } } }],
      }),
    }),
  );
  // A second user's whole conversion passes through the same queues after it.
  const { client: next, user: nextUser } = await signInNewUser();
  await convert(next, await readFile(SAMPLE));
  await awaitMail(nextUser.email);
  await sleep(1000);

  const again = await s3.send(new HeadObjectCommand(target));
  assert.deepEqual(again.LastModified, first.LastModified);
  assert.equal((await readMailTo(user.email)).length, 1);
});

test("a message that isn't ours is kept for the operator and stops nothing", async () => {
  const poison = `poison ${randomUUID()}`;
  await sqs.send(new SendMessageCommand({ QueueUrl: VideoQueueUrl, MessageBody: poison }));
  const { client } = await signInNewUser();
  assert.equal((await convert(client, await readFile(SAMPLE))).state, "completed");
  assert.match(await takeParked(poison), /doesn't belong/);
});

test("a job whose record can't be read is kept for the operator at the first try", async () => {
  const [owner, jobId] = [randomUUID(), createJobId()];
  const target = { Bucket: ResultBucketName, Key: jobKey(owner, jobId) };
  await s3.send(new PutObjectCommand({ ...target, Body: "{" }));
  const message = announceSource(sourceKey(owner, jobId), { reopen: false, uploadedAt: undefined });
  const MessageBody = JSON.stringify(message);
  await sqs.send(new SendMessageCommand({ QueueUrl: VideoQueueUrl, MessageBody }));
  assert.match(await takeParked(MessageBody), /record can't be read/);
  await s3.send(new DeleteObjectCommand(target));
});

/** Waits for a message to be parked, and returns why it was. */
const takeParked = (body: string): Promise<string> =>
  eventually(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: ParkedVideosUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ["Cause"],
      }),
    );
    for (const { Body, ReceiptHandle, MessageAttributes } of Messages) {
      const message = { QueueUrl: ParkedVideosUrl, ReceiptHandle };
      if (Body === body) {
        await sqs.send(new DeleteMessageCommand(message));
        return MessageAttributes?.Cause?.StringValue;
      }
      // It is somebody else's, so it becomes visible again at once.
      await sqs.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 }));
    }
    return undefined;
  });

test("a job deleted before its file is converted leaves nothing", async () => {
  const { client, user } = await signInNewUser();
  const jobId = await upload(client, await readFile(SAMPLE));
  await client.deleteJob(jobId);
  await assert.rejects(client.readJob(jobId), { status: 404 });
  const owner = await readOwner(user);
  await eventually(async () => {
    const target = { Bucket: ResultBucketName, Key: resultKey(owner, jobId) };
    return s3.send(new HeadObjectCommand(target)).then(
      () => undefined,
      () => true,
    );
  });
});

/** The first part of the sample, whose index declares more than there is. */
async function readTruncated(): Promise<Uint8Array> {
  await using file = await open(SAMPLE);
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(size), 0, Math.floor(size * 0.6), 0);
  return buffer.subarray(0, Math.floor(size * 0.6));
}

/** The sample with its audio declared as encrypted (ISO/IEC 14496-12, 8.12). */
async function readProtected(): Promise<Uint8Array> {
  const sample = await readFile(SAMPLE);
  sample.write("enca", sample.indexOf("mp4a", sample.indexOf("soun")), "latin1");
  return sample;
}

/** The sample with an audio codec that doesn't exist: objectTypeIndication 0xFE (ISO/IEC 14496-1). */
async function readUnknownCodec(): Promise<Uint8Array> {
  const sample = await readFile(SAMPLE);
  const decoderConfig = sample.indexOf(Buffer.from([4, 0x80, 0x80, 0x80]), sample.indexOf("esds"));
  sample[decoderConfig + 5] = 0xfe;
  sample.write("zzzz", sample.indexOf("mp4a", sample.indexOf("soun")), "latin1");
  return sample;
}

const failures: {
  code: FailureCode;
  what: string;
  read: () => Promise<Uint8Array>;
  options?: { startSeconds: number };
}[] = [
  {
    code: "not-media",
    what: "a text file",
    read: async () => Buffer.from("no video ".repeat(999)),
  },
  {
    code: "not-media",
    what: "a playlist that asks for other files",
    read: async () =>
      Buffer.from("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n"),
  },
  { code: "truncated", what: "half a video", read: readTruncated },
  {
    code: "no-audio-track",
    what: "a silent video",
    read: () => readFile(join(import.meta.dirname, "../media/silent.mp4")),
  },
  { code: "encrypted", what: "a protected video", read: readProtected },
  { code: "unsupported-codec", what: "a codec of nowhere", read: readUnknownCodec },
  {
    code: "empty-selection",
    what: "a start behind the end",
    read: () => readFile(SAMPLE),
    options: { startSeconds: 60 },
  },
];

for (const { code, what, read, options } of failures) {
  test(`${what} fails as ${code}, and its owner gets one email`, async () => {
    const { client, user } = await signInNewUser();
    const job = await convert(client, await read(), "clip.mp4", options);
    assert.equal(job.failure?.code, code);
    const mail = await awaitMail(user.email);
    assert.match(mail.subject, /could not be converted: clip\.mp4/);
    assert(mail.text.includes(job.failure?.message ?? "no message"));
    const refusal = { status: 409, code: "conversion-failed", message: job.failure?.message };
    await assert.rejects(client.readDownload(job.jobId), refusal);
  });
}
