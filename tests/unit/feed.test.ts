import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { test } from "node:test";
import { DOMParser, type Element } from "@xmldom/xmldom";
import { CreatedFeed, FeedStatus } from "../../contract/feed.ts";
import { createJobId } from "../../contract/job-id.ts";
import { createHandler } from "../../functions/download/handler.ts";
import type { Revocations } from "../../functions/runtime/revocations.ts";
import { createTokens } from "../../functions/runtime/tokens.ts";
import type { FeedStore } from "../../functions/storage/feeds.ts";
import type { Job } from "../../functions/storage/job.ts";
import { makeJob } from "../fakes/jobs.ts";
import { callHttp } from "../fakes/lambda.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemoryUserRecords } from "../fakes/memory-user-records.ts";
import { bearer, createMemoryKeys } from "../fakes/tokens.ts";

const API = "https://tapes.test/api";
const ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd";
const PODCAST = "https://podcastindex.org/namespace/1.0";
const DAY_MILLISECONDS = 864e5;

async function setUp() {
  const revocations: Revocations = { disabled: [], sessionsFrom: {} };
  const readRevocations = async () => revocations;
  const tokens = createTokens(createMemoryKeys(), readRevocations);
  const jobs = createMemoryJobStore();
  const feeds: FeedStore = createMemoryUserRecords();
  const owner = randomUUID();
  const user = { id: owner, email: "ada@example.org", role: "user" as const };
  const headers = bearer(await tokens.issueSession(user));
  const handler = createHandler({
    jobs,
    tokens,
    feeds,
    readRevocations,
    resultRetentionDays: 30,
    apiUrl: API,
    pageUrl: "https://tapes.test",
    presignResult: async ({ key }) => `https://s3.test/${key}`,
  });
  const manage = (method: string) => callHttp(handler, { method, resource: "/feed", headers });
  /** Opens one of our URLs without a session, as a podcast player does. */
  const open = (address: string) => {
    const { pathname, searchParams } = new URL(address);
    const resource = pathname.slice("/api".length);
    return callHttp(handler, { method: "GET", resource, query: Object.fromEntries(searchParams) });
  };
  const create = async () => CreatedFeed.parse((await manage("POST")).body).url;
  const readStatus = async () => FeedStatus.parse((await manage("GET")).body).createdAt;
  async function addJob(overrides: Partial<Job> = {}) {
    const result = { sizeBytes: 4000, durationSeconds: 61.6, title: "Talk" };
    const job = makeJob({ owner, state: "completed", result, ...overrides });
    await jobs.create(job);
    return job;
  }
  return { revocations, feeds, owner, manage, open, create, readStatus, addJob };
}

/** @throws Error where the text isn't well-formed XML with namespaces. */
function parseXml(text: string): Element {
  const parser = new DOMParser({
    onError: (level, message) => {
      // The character is allowed. It replaces half of a surrogate pair.
      if (message.startsWith("Unicode replacement character")) return;
      assert.fail(`${level}: ${message}`);
    },
  });
  const root = parser.parseFromString(text, "application/xml").documentElement;
  assert(root);
  return root;
}

const childrenOf = (parent: Element, name: string, namespace: string | null = null) =>
  Array.from(parent.childNodes).filter(
    (node): node is Element =>
      node.nodeType === node.ELEMENT_NODE &&
      node.localName === name &&
      node.namespaceURI === namespace,
  );

/** Returns the only child of this name. RSS and Apple allow each of ours once. */
function childOf(parent: Element, name: string, namespace: string | null = null): Element {
  const [child, ...others] = childrenOf(parent, name, namespace);
  assert(child && others.length === 0, `one ${name}`);
  return child;
}

const textOf = (parent: Element, name: string, namespace: string | null = null) =>
  childOf(parent, name, namespace).textContent ?? "";

function readFeed(text: string) {
  const rss = parseXml(text);
  assert.equal(rss.localName, "rss");
  assert.equal(rss.getAttribute("version"), "2.0");
  const channel = childOf(rss, "channel");
  const items = childrenOf(channel, "item").map((item) => {
    const enclosure = childOf(item, "enclosure");
    assert.equal(childOf(item, "guid").getAttribute("isPermaLink"), "false");
    assert.equal(enclosure.getAttribute("type"), "audio/mpeg");
    return {
      title: textOf(item, "title"),
      guid: textOf(item, "guid"),
      pubDate: textOf(item, "pubDate"),
      duration: textOf(item, "duration", ITUNES),
      url: enclosure.getAttribute("url") ?? "",
      length: enclosure.getAttribute("length"),
    };
  });
  return { channel, items };
}

test("a feed shows its URL only when it is created or replaced, and can be revoked", async () => {
  const { feeds, owner, manage, open, create, readStatus } = await setUp();
  assert.equal(await readStatus(), null);
  const first = await create();
  assert(await readStatus());
  const secret = new URL(first).searchParams.get("token") ?? "";
  assert(!(await manage("GET")).text.includes(secret));
  assert(!JSON.stringify(await feeds.read(owner)).includes(secret.split(".")[1] ?? ""));
  assert.equal((await open(first)).status, 200);
  const second = await create();
  assert.equal((await open(first)).body?.code, "no-such-feed");
  assert.equal((await open(second)).status, 200);
  assert.equal((await manage("DELETE")).status, 204);
  assert.equal((await open(second)).status, 404);
  assert.equal(await readStatus(), null);
  assert.equal((await manage("DELETE")).status, 204);
});

test("the feed is RSS 2.0 as podcast players read it, newest first", async () => {
  const { open, create, addJob } = await setUp();
  const older = await addJob({ createdAt: "2026-11-01T09:05:00.000Z" });
  const newer = await addJob();
  const answer = await open(await create());
  assert.equal(answer.headers["content-type"], "application/rss+xml; charset=utf-8");
  assert.equal(answer.headers["cache-control"], "private, no-store");
  const { channel, items } = readFeed(answer.text);
  for (const required of ["title", "link", "description"]) assert(textOf(channel, required));
  assert.equal(textOf(channel, "block", ITUNES), "Yes");
  assert.equal(textOf(channel, "locked", PODCAST), "yes");
  assert.deepEqual(
    items.map(({ guid }) => guid),
    [newer.jobId, older.jobId],
  );
  const [, item] = items;
  assert.equal(item?.title, "Talk");
  // RFC 822, with the year in four digits as in RFC 2822.
  assert.equal(item?.pubDate, "Sun, 01 Nov 2026 09:05:00 GMT");
  assert.equal(item?.duration, "62");
  assert.equal(item?.length, "4000");
  assert.match(new URL(item?.url ?? "").pathname, /\.mp3$/);
});

test("the podcast's guid outlives its URL, and differs for each user", async () => {
  const [ada, bob] = [await setUp(), await setUp()];
  const guidOf = async ({ open, create }: typeof ada) =>
    textOf(readFeed((await open(await create())).text).channel, "guid", PODCAST);
  const guid = await guidOf(ada);
  assert.match(guid, /^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal(await guidOf(ada), guid);
  assert.notEqual(await guidOf(bob), guid);
});

test("a title with any characters is plain text in the feed", async () => {
  const { open, create, addJob } = await setUp();
  const titles = {
    "</title><item>&amp;]]><![CDATA[\"'": "</title><item>&amp;]]><![CDATA[\"'",
    "a\u0000b\u001bc\u009bd": "abcd",
    "exe.\u202e4pm\u2069": "exe.4pm",
    "half \ud83d, \ufffe\uffff whole 🎙": "half \ufffd, whole 🎙",
    "\u0007": "talk",
  };
  for (const title of Object.keys(titles)) {
    await addJob({ result: { sizeBytes: 1, durationSeconds: 0.2, title } });
  }
  const { items } = readFeed((await open(await create())).text);
  assert.deepEqual(
    items.map(({ title }) => title),
    Object.values(titles).reverse(),
  );
  assert(items.every(({ duration }) => duration === "1"));
});

test("the feed has up to 100 completed jobs of its user, and nobody else's", async () => {
  const { open, create, addJob } = await setUp();
  const url = await create();
  const read = async () => readFeed((await open(url)).text).items.length;
  await addJob({ owner: randomUUID() });
  await addJob({ state: "failed", result: undefined, failure: { code: "truncated" } });
  await addJob({ state: "converting", result: undefined });
  const past = new Date(Date.now() - 31 * DAY_MILLISECONDS).toISOString();
  await addJob({ updatedAt: past });
  assert.equal(await read(), 0);
  for (let count = 0; count < 101; count++) await addJob();
  assert.equal(await read(), 100);
});

test("an episode's URL redirects to a new presigned one while the feed and the MP3 exist", async () => {
  const { owner, manage, open, create, addJob } = await setUp();
  const { jobId } = await addJob();
  const [item] = readFeed((await open(await create())).text).items;
  assert(item);
  const { status, headers } = await open(item.url);
  assert.deepEqual(
    [status, headers.location],
    [302, `https://s3.test/results/${owner}/${jobId}.mp3`],
  );
  assert.equal(headers["cache-control"], "private, no-store");
  const ofJob = async (id: string) => {
    const url = new URL(item.url);
    url.searchParams.set("id", id);
    return (await open(url.href)).body?.code;
  };
  assert.equal(await ofJob(createJobId()), "job-not-found");
  assert.equal(await ofJob((await addJob({ owner: randomUUID() })).jobId), "job-not-found");
  const waiting = await addJob({ state: "converting", result: undefined });
  assert.equal(await ofJob(waiting.jobId), "not-ready");
  await manage("DELETE");
  assert.equal((await open(item.url)).body?.code, "no-such-feed");
});

test("a wrong secret opens no feed, and neither does a disabled user's", async () => {
  const { revocations, owner, open, create, addJob } = await setUp();
  const stranger = await setUp();
  const { jobId } = await addJob();
  const right = new URL(await create()).searchParams.get("token") ?? "";
  const [, theirs = ""] = (new URL(await stranger.create()).searchParams.get("token") ?? "").split(
    ".",
  );
  const openBoth = async (token: string) => {
    const answers = [
      await open(`${API}/feed/rss.xml?${new URLSearchParams({ token })}`),
      await open(`${API}/feed/episode.mp3?${new URLSearchParams({ token, id: jobId })}`),
    ];
    return answers.map(({ status }) => status);
  };
  const random = () => randomBytes(32).toString("base64url");
  assert.deepEqual(await openBoth(right), [200, 302]);
  assert.deepEqual(await openBoth(`${owner}.${random()}`), [404, 404]);
  assert.deepEqual(await openBoth(`${owner}.${theirs}`), [404, 404], "another feed's");
  assert.deepEqual(await openBoth(`${randomUUID()}.${right.split(".")[1]}`), [404, 404]);
  for (const malformed of ["", owner, right.slice(0, -1), `../${right}`, `${right}x`]) {
    assert.deepEqual(await openBoth(malformed), [400, 400], malformed);
  }
  revocations.disabled.push(owner);
  assert.deepEqual(await openBoth(right), [404, 404], "disabled");
  revocations.disabled.pop();
  assert.deepEqual(await openBoth(right), [200, 302]);
});

test("the secret appears in no log and no refusal", async (t) => {
  const { feeds, owner, open, create, addJob } = await setUp();
  await addJob();
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    t.mock.method(stream, "write", (...args: unknown[]) => {
      written.push(String(args[0]));
      return write(...args);
    });
  }
  const url = await create();
  const [item] = readFeed((await open(url)).text).items;
  await open(item?.url ?? "");
  const refusals = [await open(`${url}x`)];
  const read = t.mock.method(feeds, "read", () => Promise.reject(new Error("S3 broke")));
  refusals.push(await open(url));
  read.mock.restore();
  await feeds.delete(owner);
  refusals.push(await open(url));
  assert.deepEqual(
    refusals.map(({ status }) => status),
    [400, 500, 404],
  );
  t.mock.restoreAll();
  const log = written.join("");
  for (const entry of ["episode handed out", "request failed", "request refused"]) {
    assert(log.includes(entry), entry);
  }
  const [, random = ""] = new URL(url).searchParams.get("token")?.split(".") ?? [];
  assert(random.length > 40);
  for (const text of [log, ...refusals.map(({ text }) => text)]) assert(!text.includes(random));
});
