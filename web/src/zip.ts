import type { JobView } from "../../client/answers.ts";
import type { ApiClient } from "../../client/api-client.ts";
import { dropExtension } from "../../contract/format.ts";
import { downloadMp3, saveInFrame } from "./download.ts";
import type { PageMessage, ZipFile, ZipReport } from "./service-worker/messages.ts";
import { say } from "./texts/current.ts";

/** Browsers stop a service worker that has received no message for half a minute. */
const PING_MILLISECONDS = 10_000;
/** The pause that browsers require between downloads that nobody clicked. */
const BETWEEN_DOWNLOADS_MILLISECONDS = 1000;

/**
 * Saves the MP3s of several jobs: as one ZIP, which the service worker streams, or one after the
 * other where the browser has no service worker.
 *
 * @returns the names of those that couldn't be downloaded.
 */
export async function saveAll(api: ApiClient, jobs: readonly JobView[]): Promise<string[]> {
  const { serviceWorker } = navigator;
  const worker = (await serviceWorker?.getRegistration())?.active;
  return worker ? saveZip(api, jobs, worker) : saveOneByOne(api, jobs);
}

function saveZip(api: ApiClient, jobs: readonly JobView[], worker: ServiceWorker) {
  const missing: string[] = [];
  const id = crypto.randomUUID();
  const { port1: port, port2 } = new MessageChannel();
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const ping = setInterval(() => worker.postMessage({} satisfies PageMessage), PING_MILLISECONDS);
  port.onmessage = async ({ data }: MessageEvent<ZipReport>) => {
    if (data.kind === "ready") saveInFrame(`./zip/${id}`);
    if (data.kind === "refused") missing.push(jobs[data.index]?.fileName ?? "");
    if (data.kind === "next") port.postMessage({ url: await findUrl(jobs[data.index]) });
    if (data.kind === "done") {
      clearInterval(ping);
      port.close();
      resolve(missing);
    }
  };
  const findUrl = async (job: JobView | undefined): Promise<string | null> => {
    try {
      return (await api.readDownload(job?.jobId ?? "")).url;
    } catch {
      missing.push(job?.fileName ?? "");
      return null;
    }
  };
  const zip = { id, fileName: say(({ zip }) => zip.fileName(jobs.length)), files: nameFiles(jobs) };
  worker.postMessage({ zip } satisfies PageMessage, [port2]);
  return promise;
}

async function saveOneByOne(api: ApiClient, jobs: readonly JobView[]): Promise<string[]> {
  const missing: string[] = [];
  for (const { jobId, fileName } of jobs) {
    await downloadMp3(api, jobId).catch(() => missing.push(fileName));
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_DOWNLOADS_MILLISECONDS));
  }
  return missing;
}

/** "talk.mp3", and "talk (2).mp3" for another of the same name. */
function nameFiles(jobs: readonly Pick<JobView, "fileName" | "createdAt">[]): ZipFile[] {
  const taken = new Set<string>();
  return jobs.map(({ fileName, createdAt }) => {
    // Slashes would become folders, and backslashes do on Windows.
    const stem = dropExtension(fileName).replace(/[/\\:]/g, "-") || "audio";
    let name = `${stem}.mp3`;
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${stem} (${count}).mp3`;
    taken.add(name.toLowerCase());
    return { name, createdAtMs: Date.parse(createdAt) };
  });
}
