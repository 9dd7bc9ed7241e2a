import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { makeWave, openPageRig, type PageRig, signInTo, waitUntil } from "../harness/page-rig.ts";

suite("what the page says before and while it works", () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  const choose = (page: Page, name: string) =>
    page
      .locator("input[type=file]")
      .first()
      .setInputFiles({ name, mimeType: "audio/wav", buffer: makeWave(20) });

  /** Starts a conversion that doesn't end, on a page that isn't looked at. */
  async function convertUnseen() {
    const { page, service } = await rig.open();
    await page.addInitScript(LOOK_ELSEWHERE);
    await page.reload();
    await signInTo(page);
    service.finish = () => ({ state: "converting" });
    await choose(page, "talk.wav");
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    return { page, service };
  }

  test("each quality has the size of its MP3 beside it", async () => {
    const { page } = await rig.open();
    await signInTo(page);
    await choose(page, "talk.wav");
    await page.getByRole("button", { name: /^Options/ }).click();
    await page.getByRole("slider", { name: "End" }).waitFor();
    const qualities = page.getByRole("listitem").getByLabel("Quality");
    const rates = [
      /192 kbit\/s\)? · about 480 kB/,
      /128 kbit\/s\)? · about 320 kB/,
      /96 kbit\/s\)? · about 240 kB/,
    ];
    const shown = await qualities.locator("option").allTextContents();
    for (const rate of rates)
      assert.ok(
        shown.some((text) => rate.test(text)),
        `${rate} in ${shown}`,
      );
    for (const text of shown) assert.match(text, /· about \d+ kB$/);
    // Half of it is half as large.
    await page.getByLabel("Stop at").fill("0:10");
    await waitUntil(
      page,
      `[...document.querySelectorAll(".options option")].some((it) => it.textContent.includes("192 kbit/s · about 240 kB"))`,
    );
  });

  test("a conversion says how long it still takes, in its row and in the tab's title", async () => {
    const { page, service } = await rig.open();
    await signInTo(page);
    service.finish = () => ({ state: "converting", progress: { fraction: 0, audioSeconds: 0 } });
    service.intercept = (call) => {
      const [job] = service.jobs;
      if (!call.startsWith("GET /api/jobs/") || !job) return undefined;
      const fraction = (job.progress?.fraction ?? 0) + 0.01;
      Object.assign(job, { progress: { fraction, audioSeconds: 20 * fraction } });
      return undefined;
    };
    await choose(page, "talk.wav");
    await page.getByRole("button", { name: "Convert to MP3" }).click();
    const row = page.getByRole("listitem", { name: "talk.wav" });
    await row.getByText(/Converting, \d+% · .* left/).waitFor();
    assert.match(await page.title(), /^\d+% · Tapedeck$/);
  });

  test("a notification says that an MP3 is ready, if the user wants one and looks elsewhere", async () => {
    const { page, service } = await convertUnseen();
    await page.getByRole("button", { name: "Notify me when ready" }).click();
    await page.getByRole("button", { name: "Notify me when ready" }).waitFor({ state: "detached" });
    const [job] = service.jobs;
    assert.ok(job);
    const result = { sizeBytes: 1000, durationSeconds: 20, title: "talk" };
    Object.assign(job, { state: "completed", result });
    await waitUntil(page, "globalThis.notifications.length === 1");
    const [shown] = await page.evaluate<{ title: string; body: string; tag: string }[]>(
      "globalThis.notifications",
    );
    assert.deepEqual([shown?.title, shown?.tag], ["Your MP3 is ready", job.jobId]);
    assert.match(shown?.body ?? "", /talk\.wav/);
  });

  test("a double click on Convert presses nothing that comes under the pointer meanwhile", async () => {
    const { page } = await convertUnseen();
    const notifyMe = page.getByRole("button", { name: "Notify me when ready" });
    await notifyMe.hover();
    await page.mouse.down({ clickCount: 2 });
    await page.mouse.up({ clickCount: 2 });
    assert.equal(await page.evaluate("Notification.permission"), "default");
    await notifyMe.click();
    await waitUntil(page, `Notification.permission === "granted"`);
  });
});

/** Browsers without a screen show no notifications, and always have the focus. */
const LOOK_ELSEWHERE = `
  globalThis.notifications = [];
  globalThis.Notification = class {
    static permission = "default";
    static async requestPermission() {
      return (this.permission = "granted");
    }
    constructor(title, { body, tag }) {
      notifications.push({ title, body, tag });
    }
  };
  document.hasFocus = () => false;
`;
