/**
 * The engine against its peers: moviepy, one plain ffmpeg, and what encoding alone would take on all
 * cores. Options: --quick (2 minutes of video), --minutes, --rounds, --sweep (by length and by
 * encoders), --media (where the videos are kept; 16 GB for 60 minutes, 40 with the sweep).
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openAddress } from "../../cli/http-source.ts";
import { RangeReader } from "../../engine/reading/range-reader.ts";
import { makeVideo, type Variant } from "./bench-media.ts";
import {
  type Contenders,
  prepareContenders,
  type RangeServer,
  startRangeServer,
} from "./contenders.ts";
import { compareOnLambda } from "./lambda-like.ts";
import { findMedian, type Run } from "./measure.ts";
import { printChoices, printReading } from "./reading.ts";
import { median, printFigure, printRatio, printRow } from "./report.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    minutes: { type: "string" },
    rounds: { type: "string", default: "3" },
    sweep: { type: "boolean", default: false },
    media: { type: "string", default: join(import.meta.dirname, "../../.tapedeck/bench") },
  },
});
const minutes = Number(values.minutes ?? (values.quick ? 2 : 60));
const rounds = Number(values.rounds);
const label = `${minutes} min`;

/** If the link is slower than encoding, reading fewer bytes saves time. */
const NARROW_BYTES_PER_SECOND = 25e6;
const NARROW_MINUTES = 10;

const work = await mkdtemp(join(tmpdir(), "tapedeck-bench-"));
try {
  const contenders = await prepareContenders(work);
  using server = await startRangeServer(values.media);
  await compareWithPeers(contenders, server);
  await compareContainers(contenders, server);
  if (!values.quick) {
    await compareOnNarrowLink(contenders);
    await compareOnLambda(contenders, values.media, rounds, minutes);
  }
  if (values.sweep) await sweep(contenders, server);
} finally {
  await rm(work, { recursive: true });
}

async function compareWithPeers(contenders: Contenders, server: RangeServer): Promise<void> {
  const video = await makeVideo(values.media, "mp4-fine", minutes);
  const ours: Run[] = [];
  const ones: Run[] = [];
  const peers: Run[] = [];
  const decoded: Run[] = [];
  const encoded: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await contenders.engine(server.addressOf(video)));
    ones.push(await contenders.plain(video));
    peers.push(await contenders.moviepy(video));
    encoded.push(await contenders.encodeAlone(video));
    decoded.push(await contenders.decode(video));
  }
  printRow("engine", ours);
  printRow("one ffmpeg", ones);
  printRow("moviepy", peers);
  printRow("our ffmpeg, one process", encoded);
  printRow("our ffmpeg, decoding", decoded);
  const wall = median(ours, "wallSeconds");
  printRatio(`${label} wall vs moviepy`, wall / median(peers, "wallSeconds"));
  printRatio(`${label} wall vs one ffmpeg`, wall / median(ones, "wallSeconds"));
  printRatio(`${label} cpu vs one ffmpeg`, median(ours, "cpuSeconds") / median(ones, "cpuSeconds"));
  const encoding = median(encoded, "cpuSeconds") - median(decoded, "cpuSeconds");
  printRatio(
    `${label} wall vs encoding alone on all cores`,
    wall / (encoding / availableParallelism()),
  );
  printFigure(`${label} peak memory`, median(ours, "peakBytes") / 1e6, "MB");
  printFigure(`${label} temporary disk`, median(ours, "temporaryBytes") / 1e6, "MB");
  await printReading("mp4-fine", video, minutes, ours[0] as Run);
  await printChoices("mp4-fine", video, minutes);
}

async function compareContainers(contenders: Contenders, server: RangeServer): Promise<void> {
  const variants: Variant[] = values.quick
    ? ["mp4-coarse", "mkv-mp3"]
    : ["mp4-coarse", "mp4-fine-faststart", "mp4-fragmented", "mkv", "webm", "mkv-mp3"];
  for (const variant of variants) {
    const path = await makeVideo(values.media, variant, minutes);
    const runs: Run[] = [];
    const transfers: number[] = [];
    for (let round = 0; round < rounds; round++) {
      if (variant === "mkv-mp3") transfers.push(await transfer(server.addressOf(path)));
      runs.push(await contenders.engine(server.addressOf(path)));
    }
    printRow(variant, runs);
    await printReading(variant, path, minutes, runs[0] as Run);
    if (variant === "mp4-coarse") await printChoices(variant, path, minutes);
    if (transfers.length > 0) {
      const beyond = runs.map((run, round) => run.wallSeconds - (transfers[round] ?? 0));
      printFigure(`${label} stream copy beyond its transfer`, findMedian(beyond), "s");
    }
  }
}

/** Measures how many seconds the same requests take if nothing is done with the bytes. */
async function transfer(address: string): Promise<number> {
  const since = performance.now();
  const reader = new RangeReader(await openAddress(address));
  let bytes = 0;
  for await (const chunk of reader.read(0, reader.sizeBytes, new AbortController().signal)) {
    bytes += chunk.length;
  }
  if (bytes !== reader.sizeBytes) throw new Error("the transfer is incomplete");
  return (performance.now() - since) / 1000;
}

async function compareOnNarrowLink(contenders: Contenders): Promise<void> {
  using server = await startRangeServer(values.media, NARROW_BYTES_PER_SECOND);
  const fine = await makeVideo(values.media, "mp4-fine", NARROW_MINUTES);
  const coarse = await makeVideo(values.media, "mp4-coarse", NARROW_MINUTES);
  const fines: Run[] = [];
  const coarses: Run[] = [];
  for (let round = 0; round < rounds; round++) {
    fines.push(await contenders.engine(server.addressOf(fine)));
    coarses.push(await contenders.engine(server.addressOf(coarse)));
  }
  printRow("mp4-fine, 25 MB/s", fines);
  printRow("mp4-coarse, 25 MB/s", coarses);
  printRatio(
    `${NARROW_MINUTES} min at 25 MB/s coarse vs fine wall`,
    median(coarses, "wallSeconds") / median(fines, "wallSeconds"),
  );
}

async function sweep(contenders: Contenders, server: RangeServer): Promise<void> {
  const hour = await contenders.engine(
    server.addressOf(await makeVideo(values.media, "mp4-fine", 60)),
  );
  for (const length of [1, 10, 60, 180]) {
    const path = await makeVideo(values.media, "mp4-fine", length);
    const run = length === 60 ? hour : await contenders.engine(server.addressOf(path));
    printRow(`engine, ${length} min`, [run]);
    printFigure(`${length} min wall for a minute of video`, run.wallSeconds / length, "s/min");
    printRatio(`${length} min peak memory vs 60 min`, run.peakBytes / hour.peakBytes);
    await printReading(`${length} min`, path, length, run);
  }
  const video = await makeVideo(values.media, "mp4-fine", minutes);
  for (let workers = 1; workers <= availableParallelism(); workers++) {
    const runs = [await contenders.engine(server.addressOf(video), { workers })];
    printRow(`engine, ${workers} encoders`, runs);
  }
}
