/**
 * Measures each stage from the end of an upload to an MP3 that can be downloaded, on the local stack. The
 * times are those that a client sees and those that the converter logs.
 */
import { loadavg } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { FileSource } from "../../client/node/file-source.ts";
import { createNodeTransport } from "../../client/node/node-transport.ts";
import { sendSource } from "../../client/send.ts";
import { watchJob } from "../../client/watch-job.ts";
import { globalSetup, globalTeardown } from "../harness/global-setup.ts";
import { makeVideo } from "./bench-media.ts";
import { readConverterTimes } from "./converter-log.ts";
import { findMedian } from "./measure.ts";

const { values } = parseArgs({
  options: {
    media: { type: "string", default: join(import.meta.dirname, "../../.tapedeck/bench") },
  },
});

const VIDEOS = [
  { label: "60 s", minutes: 1, rounds: 5 },
  { label: "10 min", minutes: 10, rounds: 3 },
] as const;

/** The stages in order. Their sum is the time from upload to download. */
const STAGES = {
  event: "S3's event is in the queue",
  poll: "the worker has the message",
  start: "the engine begins",
  read: "the first MP3 frame is there",
  wait: "reading that encoding didn't cover",
  encode: "the last MP3 frame is there",
  write: "the MP3 is in S3",
  finish: "the job's record says so",
  notice: "the client knows",
  download: "the client's GET of the MP3 answers 200",
} as const;
type Stage = keyof typeof STAGES;
/** Milliseconds. */
type Round = Record<Stage, number>;

await globalSetup();
try {
  await main();
} finally {
  await globalTeardown();
}

async function main(): Promise<void> {
  // It takes over the stack when it is loaded.
  const { eventually, signInNewUser, stack } = await import("../harness/stack.ts");
  const { endpoint } = stack;
  if (!endpoint) throw new Error("The converter's log is read on an emulator only.");
  const { client } = await signInNewUser();
  const { signal } = new AbortController();

  const measureRound = async (videoPath: string): Promise<Round> => {
    const jobId = await sendSource(
      client,
      createNodeTransport(),
      {
        fileName: basename(videoPath),
        contentType: "video/mp4",
        options: { quality: "v2" },
        source: await FileSource.open(videoPath),
        known: undefined,
      },
      { signal, remember() {}, show() {} },
    );
    const uploadedAt = Date.now();
    const job = await watchJob(client, jobId, signal, () => {});
    const noticedAt = Date.now();
    const { url } = await client.readDownload(jobId, signal);
    const response = await fetch(url, { signal });
    const downloadableAt = Date.now();
    if (!response.ok) throw new Error(`The MP3's address answered HTTP ${response.status}.`);
    await response.arrayBuffer();
    const times = await eventually(() => readConverterTimes(endpoint, jobId));
    await client.deleteJob(jobId);
    // S3 may announce an object before it answers its client, so the work may begin before the answer.
    const after = (time: number) => Math.max(uploadedAt, time);
    const finishedAt = Date.parse(job.updatedAt);
    return {
      event: after(times.queuedAt) - uploadedAt,
      poll: after(times.receivedAt) - after(times.queuedAt),
      start: after(times.engineStartedAt) - after(times.receivedAt),
      read: times.firstFrameAt - after(times.engineStartedAt),
      wait: times.sourceWaitMs,
      encode: times.lastFrameAt - times.firstFrameAt - times.sourceWaitMs,
      write: times.storedAt - times.lastFrameAt,
      finish: finishedAt - times.storedAt,
      notice: noticedAt - finishedAt,
      download: downloadableAt - noticedAt,
    };
  };

  for (const { label, minutes, rounds } of VIDEOS) {
    const video = await makeVideo(values.media, "mp4-fine", minutes);
    const cold = await measureRound(video);
    const warm: Round[] = [];
    for (let round = 0; round < rounds; round++) warm.push(await measureRound(video));
    printTable(`${label}, median of ${rounds}`, cold, warm);
    for (const stage of Object.keys(STAGES) as Stage[]) {
      printFigure(`${label} ${stage}`, findMedian(warm.map((round) => round[stage])));
    }
    printFigure(`${label} upload to download`, findMedian(warm.map(sumStages)));
    printFigure(`${label} without encoding`, findMedian(warm.map(sumOverhead)));
  }
}

function sumStages(round: Round): number {
  return Object.values(round).reduce((sum, ms) => sum + ms, 0);
}

function sumOverhead(round: Round): number {
  return sumStages(round) - round.encode;
}

function printTable(title: string, cold: Round, warm: readonly Round[]): void {
  const seconds = (ms: number) => (ms / 1000).toFixed(3).padStart(8);
  const row = (name: string, of: (round: Round) => number, note = "") => {
    const all = warm.map(of);
    const figures = [findMedian(all), Math.min(...all), Math.max(...all), of(cold)];
    console.log(`${name.padEnd(17)}${figures.map(seconds).join("")}   ${note}`.trimEnd());
  };
  console.log(`\n${title}, in seconds; load ${loadavg()[0]?.toFixed(1)}`);
  console.log(
    " ".repeat(17) + ["median", "least", "most", "first"].map((h) => h.padStart(8)).join(""),
  );
  for (const [stage, note] of Object.entries(STAGES)) row(stage, (r) => r[stage as Stage], note);
  row("sum", sumStages);
  row("without encoding", sumOverhead);
}

function printFigure(bench: string, ms: number): void {
  console.log(JSON.stringify({ bench, ratio: Number((ms / 1000).toFixed(3)), unit: "s" }));
}
