import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Page, Request } from "playwright-core";
import {
  convertButton,
  filePicker,
  openOptions,
  openPage,
  openPageFixture,
  type PageFixture,
  rowOf,
  signIn,
} from "./page-fixture.ts";
import { makeLargeVideo, makeVideo } from "./page-videos.ts";

const MIB = 1024 * 1024;
const LARGE_BYTES = 130 * MIB;
const PART_BYTES = 8 * MIB;
const PARTS_IN_FLIGHT = 4;

/** The API's answer to a token that was once valid. */
const EXPIRED = JSON.stringify({
  type: "about:blank",
  title: "Unauthorized",
  status: 401,
  code: "expired-token",
  detail: "The session has expired.",
});

const isPart = (request: Request) =>
  request.method() === "PUT" && request.url().includes("partNumber=");
const partNumber = (request: Request) =>
  Number(new URL(request.url()).searchParams.get("partNumber"));

suite("uploads", () => {
  let fixture: PageFixture;
  let large: string;
  before(async () => {
    fixture = await openPageFixture();
    large = join(fixture.directory, "large.mp4");
    await makeLargeVideo(large, 5, LARGE_BYTES);
    await makeVideo(join(fixture.directory, "small.mp4"), 5);
  });
  after(() => fixture?.[Symbol.asyncDispose]());

  /** Sends the whole file, because this tests uploads. */
  async function sendWhole(page: Page, path: string) {
    await filePicker(page).setInputFiles(path);
    await openOptions(page, basename(path));
    await page.getByRole("switch", { name: "Send the whole video" }).check();
    await convertButton(page).click();
  }
  const waitForMp3 = (page: Page, name: string) =>
    rowOf(page, name)
      .getByRole("button", { name: /^Download/ })
      .waitFor({ timeout: 120_000 });

  test("sends a part again that failed twice", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    let failures = 0;
    await page.route(/partNumber=3&|partNumber=3$/, async (route) => {
      if (isPart(route.request()) && failures < 2) {
        failures++;
        await route.fulfill({ status: 503, body: "<Error><Code>SlowDown</Code></Error>" });
      } else await route.continue();
    });
    await sendWhole(page, large);
    await waitForMp3(page, "large.mp4");
    assert.equal(failures, 2);
  });

  test("after a refresh, sends only the parts again that were in flight", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    const finished = new Set<number>();
    page.on("requestfinished", (request) => isPart(request) && finished.add(partNumber(request)));
    const halfway = Promise.withResolvers<void>();
    // Parts of the second half wait until the refresh has cut them off.
    let isHeldUp = true;
    await page.route(/partNumber=/, async (route) => {
      if (isHeldUp && isPart(route.request()) && partNumber(route.request()) > 9) {
        if (finished.size >= 8) halfway.resolve();
        return;
      }
      await route.continue();
    });
    await sendWhole(page, large);
    await halfway.promise;
    const before = new Set(finished);
    const sentAgain: number[] = [];
    let sentBytes = 0;
    page.on("request", (request) => {
      if (!isPart(request)) return;
      if (before.has(partNumber(request))) sentAgain.push(partNumber(request));
      sentBytes += Math.min(PART_BYTES, LARGE_BYTES - (partNumber(request) - 1) * PART_BYTES);
    });
    await page.reload();
    isHeldUp = false;
    await rowOf(page, "large.mp4").getByText("Choose this file again").waitFor();
    await filePicker(page).setInputFiles(large);
    await waitForMp3(page, "large.mp4");
    assert.deepEqual(sentAgain, []);
    const missingBytes = LARGE_BYTES - before.size * PART_BYTES;
    assert.ok(
      sentBytes <= missingBytes + PARTS_IN_FLIGHT * PART_BYTES,
      `${sentBytes} bytes were sent after the refresh where ${missingBytes} were missing`,
    );
  });

  test("after a refresh, continues with a soundtrack without asking for the video", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    let isHeldUp = true;
    await page.route(/\/sources\//, (route) => (isHeldUp ? undefined : route.continue()));
    await filePicker(page).setInputFiles(join(fixture.directory, "small.mp4"));
    await convertButton(page).click();
    await rowOf(page, "small.mp4").getByText("Sending").waitFor();
    await page.reload();
    isHeldUp = false;
    await waitForMp3(page, "small.mp4");
  });

  test("asks to sign in when the token has expired, and then continues", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    let refused = 0;
    await page.route(/\/sign-parts$/, async (route) => {
      if (refused++ > 0) return route.continue();
      await route.fulfill({
        status: 401,
        contentType: "application/problem+json",
        body: EXPIRED,
      });
    });
    await sendWhole(page, large);
    await page.getByText("Your session has ended. Nothing is lost").waitFor();
    await page.getByLabel("Password").fill(fixture.user.password);
    await page.keyboard.press("Enter");
    await waitForMp3(page, "large.mp4");
  });

  test("survives ten seconds without a network", async () => {
    const { page, visitor } = await openPage(fixture);
    await signIn(page, fixture);
    let parts = 0;
    const underway = Promise.withResolvers<void>();
    page.on("requestfinished", (request) => {
      if (isPart(request) && ++parts === 3) underway.resolve();
    });
    await sendWhole(page, large);
    await underway.promise;
    await visitor.setOffline(true);
    await page.getByText("You are offline").waitFor();
    await page.waitForTimeout(10_000);
    await visitor.setOffline(false);
    await waitForMp3(page, "large.mp4");
  });

  test("gets a new URL when the one for a single upload has expired", async () => {
    const { page } = await openPage(fixture);
    await signIn(page, fixture);
    let refused = 0;
    await page.route(/\/sources\//, async (route) => {
      if (route.request().method() === "PUT" && refused === 0) {
        refused++;
        await route.fulfill({
          status: 403,
          body: "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        });
      } else await route.continue();
    });
    await filePicker(page).setInputFiles(join(fixture.directory, "small.mp4"));
    await convertButton(page).click();
    await waitForMp3(page, "small.mp4");
    assert.equal(refused, 1);
  });
});
