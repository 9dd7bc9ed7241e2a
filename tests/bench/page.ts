/**
 * Measures a long list in Chromium: how long the tasks take that load, scroll and search 500 earlier jobs,
 * and how much memory a page with 100 drafts takes.
 */
import { readdir, readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { z } from "zod";
import { makeWave, openPageRig, signInTo, waitUntil } from "../harness/page-rig.ts";
import { printFigure } from "./report.ts";

const JOBS = 500;
const DRAFTS = 100;
/** A long task is one of more than this. https://www.w3.org/TR/longtasks-1/ */
const LONG_TASK_MILLISECONDS = 50;

/** Scrolls to the end within some seconds, and returns the times between frames in ms. */
const SCROLL = `(async () => {
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
  return gaps;
})()`;

/** A task in a trace, with its duration and its CPU time in microseconds. */
const Task = z.object({
  ts: z.number(),
  dur: z.number(),
  tdur: z.number(),
  pid: z.number(),
  tid: z.number(),
});
const TASK_NAME = "ThreadControllerImpl::RunTask";
const BEGIN_MARK = "bench-begin";

/** Prints how long the tasks in the page's main thread take while `action` runs. */
async function measureTasks(page: Page, name: string, action: () => Promise<void>) {
  const session = await rig.browser.newBrowserCDPSession();
  const events: { name: string; ph: string }[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as typeof events)));
  await session.send("Tracing.start", {
    traceConfig: { includedCategories: ["toplevel", "blink.user_timing"] },
    transferMode: "ReportEvents",
  });
  await page.evaluate(`void performance.mark("${BEGIN_MARK}")`);
  await action();
  const isOver = new Promise((over) => session.once("Tracing.tracingComplete", over));
  await session.send("Tracing.end");
  await isOver;
  await session.detach();
  const begin = Task.partial().parse(events.find((event) => event.name === BEGIN_MARK));
  const tasks = events
    .filter((event) => event.name === TASK_NAME && event.ph === "X")
    .map((event) => Task.parse({ tdur: 0, dur: 0, ...event }))
    .filter(({ pid, tid }) => pid === begin.pid && tid === begin.tid);
  const long = tasks.filter(({ dur }) => dur > LONG_TASK_MILLISECONDS * 1000);
  printFigure(`${name}: tasks over ${LONG_TASK_MILLISECONDS} ms`, long.length, "");
  printFigure(`${name}: longest task`, Math.max(...tasks.map(({ dur }) => dur)) / 1000, "ms");
  // Other processes on the machine interrupt tasks, which isn't the page's fault.
  printFigure(
    `${name}: longest task, on a core`,
    Math.max(...tasks.map(({ tdur }) => tdur)) / 1000,
    "ms",
  );
}

async function scroll(page: Page) {
  const gaps = await page.evaluate<number[]>(SCROLL);
  gaps.sort((a, b) => a - b);
  printFigure("scrolling: median time between frames", gaps[gaps.length >> 1] ?? 0, "ms");
  printFigure("scrolling: longest time between frames", gaps.at(-1) ?? 0, "ms");
}

/** Measures the private memory of the pages' processes, and JavaScript's heap, in megabytes. */
async function measureMemory(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  const heap = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
  return { processMegabytes: (await sumRenderers()) / 1e6, heapMegabytes: heap / 1e6 };
}

/** Adds up the private bytes of every renderer below this process. */
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
  await page.locator(".history .row").first().waitFor();
  const search = page.getByRole("searchbox");
  const waitForRows = (count: number) =>
    waitUntil(page, `document.querySelectorAll(".history .row").length === ${count}`);
  // A search loads all jobs.
  await measureTasks(page, `loading ${JOBS} rows`, async () => {
    await search.fill("lecture");
    await waitForRows(JOBS);
  });
  await measureTasks(page, "scrolling", () => scroll(page));
  await measureTasks(page, "searching", async () => {
    await search.fill("lecture 499");
    await waitForRows(1);
    await search.fill("lecture");
    await waitForRows(JOBS);
  });
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
