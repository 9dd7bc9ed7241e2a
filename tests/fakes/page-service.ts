import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { buffer, json } from "node:stream/consumers";
import { z } from "zod";
import type { JobView } from "../../contract/api.ts";
import { AgainRequest, UploadRequest } from "../../contract/api.ts";
import { Settings, SettingsChange } from "../../contract/settings.ts";

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webmanifest": "application/manifest+json",
};
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

type Answer = { status: number; body?: unknown };

/**
 * The page's site, API and storage in this process and in memory. So tests of the page take seconds, and
 * can have any number of jobs and any refusals. The end-to-end tests try the page with the real ones. The
 * storage has another origin than the page, like S3.
 */
export class PageService implements AsyncDisposable {
  /** Newest first. */
  readonly jobs: JobView[] = [];
  /** The requests to the API and the storage, such as "DELETE /jobs/…". */
  readonly requests: string[] = [];
  /** The bodies of POST /upload. */
  readonly uploads: z.infer<typeof UploadRequest>[] = [];
  /** The bodies of POST /jobs/{jobId}/again. */
  readonly agains: z.infer<typeof AgainRequest>[] = [];
  /** When the signed-in user's podcast feed was created. */
  feedCreatedAt: string | null = null;
  /** The signed-in user's. */
  settings = Settings.parse({});
  /** If it returns an answer, that replaces the service's. */
  intercept: (call: string) => Answer | Promise<Answer | undefined> | undefined = () => undefined;
  /** How jobs end once their source has arrived. */
  finish: (job: JobView) => Partial<JobView>;
  #count = 0;
  readonly #siteDirectory: string;
  readonly #mp3: Buffer;
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });

  constructor(siteDirectory: string, mp3: Buffer) {
    this.#siteDirectory = siteDirectory;
    this.#mp3 = mp3;
    this.finish = ({ fileName }) => ({
      state: "completed",
      result: {
        sizeBytes: mp3.length,
        durationSeconds: 4,
        title: fileName.replace(/\.\w+$/, ""),
      },
      expiresAt: new Date(Date.now() + 7 * DAY_MILLISECONDS).toISOString(),
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  get #port() {
    return (this.#server.address() as AddressInfo).port;
  }
  get siteUrl() {
    return `http://127.0.0.1:${this.#port}/index.html`;
  }
  get #storageUrl() {
    return `http://localhost:${this.#port}/storage`;
  }

  async [Symbol.asyncDispose]() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Puts a finished job into the list, before all others. */
  addFinished(fileName: string, change: Partial<JobView> = {}): JobView {
    const job = this.#createJob({ fileName, sizeBytes: 120_000_000, contentType: "video/mp4" });
    Object.assign(job, this.finish(job), change);
    return job;
  }

  #createJob(upload: z.input<typeof UploadRequest>): JobView {
    const now = new Date().toISOString();
    const { fileName, sizeBytes, contentType, options } = UploadRequest.parse(upload);
    // Newer jobs have smaller ids.
    const jobId = String(1e12 - this.#count++).padStart(26, "0");
    const job: JobView = {
      jobId,
      fileName,
      sizeBytes,
      contentType,
      options,
      state: "awaiting-upload",
      createdAt: now,
      updatedAt: now,
    };
    this.jobs.unshift(job);
    return job;
  }

  async #answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? "/", "http://localhost");
    const call = `${request.method} ${url.pathname}${url.search}`;
    if (url.pathname.startsWith("/storage/")) {
      response.setHeader("access-control-allow-origin", "*");
      response.setHeader("access-control-allow-headers", "*");
      response.setHeader("access-control-allow-methods", "*");
      response.setHeader("access-control-expose-headers", "ETag");
      if (request.method === "OPTIONS") return response.writeHead(204).end();
    }
    const intercepted = await this.intercept(call);
    if (!/^GET \/(index|assets|config|favicon)/.test(call)) this.requests.push(call);
    if (intercepted) return send(response, intercepted);
    if (url.pathname.startsWith("/storage/")) return this.#store(request, response, url);
    if (!url.pathname.startsWith("/api/")) return this.#serveSite(response, url.pathname);
    const path = url.pathname.slice("/api".length);
    send(response, await this.#callApi(request, path, url.searchParams));
  }

  async #callApi(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> {
    if (path === "/login") {
      const { password } = z.object({ password: z.string() }).parse(await json(request));
      if (password === "wrong") return { status: 401, body: { detail: "Wrong" } };
      const token = randomBytes(8).toString("hex");
      return { status: 200, body: { token, tokenType: "Bearer", expiresIn: 43_200 } };
    }
    if (!request.headers.authorization) return { status: 401 };
    if (path === "/upload") {
      const upload = UploadRequest.parse(await json(request));
      this.uploads.push(upload);
      const { jobId } = this.#createJob(upload);
      const single = { kind: "single", method: "PUT", ...this.#signUpload(jobId) };
      return { status: 201, body: { jobId, upload: single } };
    }
    if (path === "/feed") return this.#callFeed(request.method);
    if (path === "/settings") {
      if (request.method === "PATCH") {
        const change = SettingsChange.parse(await json(request));
        this.settings = Settings.parse({ ...this.settings, ...change });
      }
      return { status: 200, body: this.settings };
    }
    if (path === "/jobs") {
      const cursor = query.get("cursor");
      const begin = cursor ? this.jobs.findIndex(({ jobId }) => jobId === cursor) + 1 : 0;
      const jobs = this.jobs.slice(begin, begin + Number(query.get("limit") ?? 20));
      const hasMore = this.jobs.length > begin + jobs.length;
      return { status: 200, body: { jobs, ...(hasMore && { nextCursor: jobs.at(-1)?.jobId }) } };
    }
    const jobId = path === "/download" ? query.get("id") : path.split("/")[2];
    const job = this.jobs.find((other) => other.jobId === jobId);
    if (!job) return { status: 404, body: { code: "job-not-found", detail: "It is gone." } };
    if (path === "/download") {
      const url = `${this.#storageUrl}/mp3/${job.jobId}?v=${this.requests.length}`;
      const expiresAt = new Date(Date.now() + 600_000).toISOString();
      const fileName = job.fileName.replace(/\.\w+$/, ".mp3");
      return { status: 200, body: { url, fileName, sizeBytes: this.#mp3.length, expiresAt } };
    }
    if (path.endsWith("/again")) {
      const again = AgainRequest.parse(await json(request));
      this.agains.push(again);
      const { fileName, sizeBytes, contentType } = job;
      const known = this.jobs.find((other) => other.jobId === again.jobId);
      if (known) return { status: 201, body: { jobId: known.jobId } };
      const made = this.#createJob({ fileName, sizeBytes, contentType, options: again.options });
      const { jobId: ownId = made.jobId } = again;
      Object.assign(made, { jobId: ownId, sourceJobId: job.jobId }, this.finish(made));
      return { status: 201, body: { jobId: made.jobId } };
    }
    if (path.endsWith("/sign")) return { status: 200, body: this.#signUpload(job.jobId) };
    if (request.method === "DELETE") {
      this.jobs.splice(this.jobs.indexOf(job), 1);
      return { status: 204 };
    }
    return { status: 200, body: job };
  }

  #callFeed(method: string | undefined): Answer {
    this.feedCreatedAt =
      method === "GET" ? this.feedCreatedAt : method === "POST" ? new Date().toISOString() : null;
    if (method === "DELETE") return { status: 204 };
    const createdAt = this.feedCreatedAt;
    const url = `https://tapes.test/api/feed/rss.xml?token=${"s".repeat(80)}`;
    return method === "POST"
      ? { status: 201, body: { url, createdAt } }
      : { status: 200, body: { createdAt } };
  }

  #signUpload(jobId: string) {
    const key = `sources/${jobId}`;
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    return { url: `${this.#storageUrl}/${key}`, key, headers: {}, expiresAt };
  }

  async #store(request: IncomingMessage, response: ServerResponse, { pathname }: URL) {
    const job = this.jobs.find(({ jobId }) => pathname.endsWith(jobId));
    if (!job) return response.writeHead(404).end();
    if (request.method === "PUT") {
      await buffer(request);
      Object.assign(job, this.finish(job), { updatedAt: new Date().toISOString() });
      return response.setHeader("etag", '"etag"').end();
    }
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
    const start = Number(range?.[1] ?? 0);
    const end = Math.min(Number(range?.[2] || Infinity), this.#mp3.length - 1);
    response.writeHead(range ? 206 : 200, {
      "content-type": "audio/mpeg",
      "accept-ranges": "bytes",
      "content-length": end - start + 1,
      "content-disposition": `attachment; filename="${encodeURIComponent(job.fileName)}.mp3"`,
      ...(range && { "content-range": `bytes ${start}-${end}/${this.#mp3.length}` }),
    });
    response.end(this.#mp3.subarray(start, end + 1));
  }

  async #serveSite(response: ServerResponse, pathname: string) {
    const path = normalize(pathname === "/" ? "/index.html" : pathname);
    try {
      const content = await readFile(join(this.#siteDirectory, path));
      response.setHeader("content-type", CONTENT_TYPES[extname(path)] ?? "text/plain");
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}

function send(response: ServerResponse, { status, body }: Answer) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
