/**
 * What a long list costs in Chromium: how smoothly 500 earlier jobs scroll, and how much memory a page
 * with 100 drafts takes.
 */
import { readdir, readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { makeWave, openPageRig, signInTo, waitUntil } from "../harness/page-rig.ts";
import { printFigure } from "./report.ts";

const JOBS = 500;
const DRAFTS = 100;
/** A long task is one of more than this. https://www.w3.org/TR/longtasks-1/ */
const LONG_TASK_MILLISECONDS = 50;

/** Scrolls for some seconds, and returns the longest tasks and the gaps between frames, in ms. */
const SCROLL = `(async () => {
  const tasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration);
  }).observe({ entryTypes: ["longtask"] });
  const gaps = [];
  const height = document.documentElement.scrollHeight - innerHeight;
  let last = performance.now();
  for (let frame = 0; frame < 240; frame++) {
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    scrollTo({ top: (height * frame) / 240, behavior: "instant" });
  }
  return { tasks, gaps };
})()`;

async function measureScrolling(page: Page) {
  const { tasks, gaps } = await page.evaluate<{ tasks: number[]; gaps: number[] }>(SCROLL);
  gaps.sort((a, b) => a - b);
  printFigure(`${JOBS} rows: tasks over ${LONG_TASK_MILLISECONDS} ms`, tasks.length, "");
  printFigure(`${JOBS} rows: longest of them`, Math.max(0, ...tasks), "ms");
  printFigure(`${JOBS} rows: median time between frames`, gaps[gaps.length >> 1] ?? 0, "ms");
  printFigure(`${JOBS} rows: longest time between frames`, gaps.at(-1) ?? 0, "ms");
}

/** Megabytes that the processes of pages take for themselves alone, and of JavaScript's heap. */
async function measureMemory(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
  return { processMegabytes: (await sumRenderers()) / 1e6, heapMegabytes: heap / 1e6 };
}

/** The private bytes of every renderer that a process of this one started. */
async function sumRenderers(): Promise<number> {
  const read = (pid: number, name: string) =>
    readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
  const pids = (await readdir("/proc")).map(Number).filter(Boolean);
  const parents = new Map<number, number>();
  for (const pid of pids) {
    parents.set(pid, Number(/^PPid:\s+(\d+)/m.exec(await read(pid, "status"))?.[1]));
  }
  const isMine = (pid: number | undefined): boolean =>
    pid !== undefined && (pid === process.pid || isMine(parents.get(pid)));
  let bytes = 0;
  for (const pid of pids.filter(isMine)) {
    if (!(await read(pid, "cmdline")).includes("--type=renderer")) continue;
    const counts = (await read(pid, "smaps_rollup")).matchAll(/^Private_\w+:\s+(\d+) kB/gm);
    for (const [, kilobytes] of counts) bytes += Number(kilobytes) * 1024;
  }
  return bytes;
}

await using rig = await openPageRig();

{
  const { page, service } = await rig.open();
  for (let job = 0; job < JOBS; job++) service.addFinished(`lecture ${job}.mp4`);
  await signInTo(page);
  // A search loads all of them.
  await page.getByRole("searchbox").fill("lecture");
  await waitUntil(page, `document.querySelectorAll(".history .row").length === ${JOBS}`);
  await measureScrolling(page);
  await page.context().close();
}

{
  const { page } = await rig.open();
  await signInTo(page);
  const before = await measureMemory(page);
  const buffer = makeWave(60);
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles(
      Array.from({ length: DRAFTS }, (_, at) => ({
        name: `talk ${at}.wav`,
        mimeType: "audio/wav",
        buffer,
      })),
    );
  await page.getByRole("button", { name: `Show all ${DRAFTS} files` }).click();
  await waitUntil(page, `document.querySelectorAll(".row").length === ${DRAFTS}`);
  await page.waitForTimeout(2000);
  const after = await measureMemory(page);
  printFigure("signed in: renderer", before.processMegabytes, "MB");
  printFigure(`${DRAFTS} drafts: renderer`, after.processMegabytes, "MB");
  printFigure(`${DRAFTS} drafts: JavaScript's heap`, after.heapMegabytes, "MB");
  await page.context().close();
}
