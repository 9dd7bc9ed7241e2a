import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { LANGUAGES, type Language } from "../../contract/texts/languages.ts";
import { CATALOGUES } from "../fakes/catalogues.ts";
import type { PageService } from "../fakes/page-service.ts";
import { generate } from "../media/make-media.ts";
import { makeVideo, waitUntil } from "./page-rig.ts";

const FAILED = { state: "failed", result: undefined, expiresAt: undefined } as const;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

interface Walk {
  page: Page;
  service: PageService;
  language: Language;
  /** Of {@link makeTwoTracks}. */
  tracksPath: string;
}

/** Makes a video with two audio tracks of one channel, which could be left and right. */
export async function makeTwoTracks(directory: string): Promise<string> {
  const path = join(directory, "tracks.mkv");
  const inputs = "-f lavfi -i sine=440:d=5 -f lavfi -i sine=1000:d=5 -f lavfi -i color=s=64x36:d=5";
  const tags = "-metadata:s:a:0 language=eng -metadata:s:a:1 language=ger";
  await generate(
    `${inputs} -map 0:a -map 1:a -map 2:v -c:a flac -ac 1 -c:v rawvideo ${tags} ${path}`,
  );
  return path;
}

/** Visits everything that the page can show, and calls `onScreen` on each screen. */
export async function walkScreens(walk: Walk, onScreen: (name: string) => Promise<void>) {
  const { page, language } = walk;
  const { direction } = LANGUAGES[language];
  await page.locator(`html[lang=${language}][dir=${direction}]`).waitFor();
  addHistory(walk.service);
  await signIn(walk, onScreen);
  await openSettings(walk, onScreen);
  await openHistory(walk, onScreen);
  await openDrafts(walk, onScreen);
  if (direction === "rtl") await checkRightToLeft(page);
  await loseFiles(walk, onScreen);
  await send(walk, onScreen);
  await endSession(walk, onScreen);
}

type Screens = (walk: Walk, onScreen: (name: string) => Promise<void>) => Promise<void>;

const signIn: Screens = async ({ page, language }, onScreen) => {
  await page.getByRole("heading", { name: CATALOGUES[language].introduction.title }).waitFor();
  await onScreen("sign in");
  await page.locator("[name=email]").fill("ann@example.org");
  await page.locator("[name=password]").fill("wrong");
  await page.keyboard.press("Enter");
  await page.locator("#sign-in-fault").waitFor();
  await onScreen("wrong password");
  await page.locator("[name=password]").fill("right");
  await page.keyboard.press("Enter");
  await page.locator(".history .row").first().waitFor();
};

const openSettings: Screens = async ({ page, service, language }, onScreen) => {
  const { emails, feed } = CATALOGUES[language];
  const setting = (at: number) => page.locator(".account-setting").nth(at);
  const toggle = (at: number) => setting(at).getByRole("button").first().click();
  service.intercept = (call) => (/\/api\/(settings|feed)/.test(call) ? { status: 500 } : undefined);
  await toggle(0);
  await toggle(1);
  await setting(0).locator(".fault").waitFor();
  await setting(1).locator(".fault").waitFor();
  await onScreen("settings that aren't there");
  service.intercept = () => undefined;
  for (const at of [0, 1]) await setting(at).getByRole("button").last().click();
  await setting(0).getByRole("radio").nth(1).click();
  await page.getByText(emails.saved, { exact: true }).waitFor();
  await page.getByText(feed.none).waitFor();
  await onScreen("settings");
  await page.getByRole("button", { name: feed.create, exact: true }).click();
  await page.locator(".feed-code").waitFor();
  await onScreen("the feed's address");
  await page.getByRole("button", { name: feed.revoke, exact: true }).click();
  await onScreen("the question before a feed ends");
  await page.getByRole("button", { name: feed.keep, exact: true }).click();
  await toggle(0);
  await toggle(1);
};

const openHistory: Screens = async ({ page, language }, onScreen) => {
  const { history, again, row } = CATALOGUES[language];
  const tools = page.locator(".history .tools");
  await tools.getByRole("button").first().click();
  await page.locator(".tools-many button").first().click();
  await page.locator(".tools-many button").last().click();
  await onScreen("rows that are chosen");
  await tools.getByRole("button").first().click();
  const search = page.getByRole("searchbox");
  await search.fill("zzz");
  await page.getByText(history.noMatch("zzz")).waitFor();
  await onScreen("a search that finds nothing");
  await page.getByRole("combobox", { name: history.filterLabel }).selectOption("failed");
  await page.getByText(history.noneOfKind).waitFor();
  await onScreen("a filter that finds nothing");
  await page.getByRole("combobox", { name: history.filterLabel }).selectOption("all");
  await search.fill("");
  const kept = page.getByRole("listitem", { name: "kept.mp4" });
  await kept.getByRole("button", { name: again.more }).click();
  await kept.locator(".again input").fill("0");
  await kept.locator(".again [type=submit]").click();
  await kept.locator(".again .fault").waitFor();
  await kept.getByRole("button", { name: row.play }).click();
  await kept.locator("audio").waitFor();
  await kept.getByRole("button", { name: row.delete }).click();
  await onScreen("what can be done with a row");
  await kept.getByRole("button", { name: row.keep, exact: true }).click();
  await kept.getByRole("button", { name: again.more }).click();
};

const NAMES = ["1.mp4", "2.mp4", "3.mp4"];

async function choose({ page, tracksPath }: Walk) {
  const files = await Promise.all(NAMES.map((_, at) => makeVideo(8 * at)));
  const paths = NAMES.map((name) => join(tracksPath, "..", name));
  for (const [at, path] of paths.entries()) {
    if (!existsSync(path)) await writeFile(path, files[at] ?? "");
  }
  const empty = join(tracksPath, "..", "01 empty.mp4");
  await writeFile(empty, "");
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles([empty, ...paths, tracksPath]);
}

const openDrafts: Screens = async (walk, onScreen) => {
  const { page } = walk;
  await choose(walk);
  await page.locator(".batch .summary").click();
  const rows = page.locator("[data-draft]");
  await rows.first().locator(".row-line .summary").click();
  await rows.first().locator(".options .summary").click();
  await rows.first().locator(".waveform").waitFor();
  await rows.last().locator(".row-line .summary").click();
  await rows.last().locator("select").nth(1).waitFor();
  await page.locator(".notices").waitFor();
  await onScreen("drafts");
  await rows.first().locator(".options [type=text]").first().fill("soon");
  await rows.first().locator(".options .fault").waitFor();
  await onScreen("a time that can't be used");
};

const loseFiles: Screens = async (walk, onScreen) => {
  const { page, service, language } = walk;
  await page.locator("[data-draft] .options [type=text]").first().fill("");
  await page.locator(".masthead button").click();
  await page.locator(".account.is-asking").waitFor();
  await onScreen("the question before signing out");
  service.intercept = (call) => (call.startsWith("GET /api/jobs") ? { status: 500 } : undefined);
  await page.reload();
  await page.getByText(CATALOGUES[language].history.notLoaded).waitFor();
  await page.locator(".row .callout").nth(3).waitFor();
  await onScreen("files and jobs that aren't there");
  service.intercept = () => undefined;
  await page.locator(".history .callout button").click();
  await page.locator(".history .row").first().waitFor();
  await choose(walk);
  await page.locator("[data-draft]").nth(3).waitFor();
};

/** The first file arrives and is converted forever, the second is refused, and the others never arrive. */
const send: Screens = async ({ page, service, language }, onScreen) => {
  const texts = CATALOGUES[language];
  const sent: (string | undefined)[] = [];
  service.finish = () => ({ state: "converting", progress: { fraction: 0.42, audioSeconds: 10 } });
  service.intercept = (call) => {
    if (!call.startsWith("PUT /storage")) return undefined;
    const jobId = call.split("/").at(-1);
    if (!sent.includes(jobId)) sent.push(jobId);
    if (jobId === sent[0]) return undefined;
    return jobId === sent[1] ? { status: 403 } : new Promise(() => {});
  };
  await page.locator(".batch .primary").click();
  await page.locator(".progress.is-conversion progress[value]").waitFor();
  await page.locator(".progress.is-upload").first().waitFor();
  await page.locator(".callout").getByText(texts.faults.storageRefused).waitFor();
  await onScreen("sending, converting and stopped");
  await page.locator(".overall button").click();
  await page.getByText(texts.sending.paused, { exact: true }).first().waitFor();
  await onScreen("paused");

  const running = service.jobs.filter(({ state }) => state === "converting");
  assert.ok(running.length > 0);
  const message = "In English.";
  for (const job of running) {
    Object.assign(job, { state: "failed", failure: { code: "truncated", message } });
  }
  await page
    .locator(".callout")
    .getByRole("button", { name: texts.list.convertIncomplete })
    .first()
    .waitFor();
  await onScreen("failed");
};

const endSession: Screens = async ({ page, service, language }, onScreen) => {
  service.intercept = (call) => (call.startsWith("GET /api/jobs") ? { status: 401 } : undefined);
  await page.reload();
  await page.getByText(CATALOGUES[language].signIn.sessionEnded).waitFor();
  await onScreen("a session that has ended");
};

/** Adds a job for each way of ending that has its own texts. */
function addHistory(service: PageService) {
  const message = "In English.";
  const sourceExpiresAt = new Date(Date.now() + DAY_MILLISECONDS).toISOString();
  service.addFinished("kept.mp4", { sourceExpiresAt });
  const cut = { code: "truncated", message } as const;
  service.addFinished("cut.mp4", { ...FAILED, failure: cut, sourceExpiresAt });
  service.addFinished("4.mp4");
  const incomplete = service.addFinished("5.mp4", { emailFailure: { message } });
  Object.assign(incomplete.result ?? {}, {
    incomplete: { reason: "gaps", missingSeconds: 12, message },
    notes: [
      { code: "down-mixed", message },
      { code: "turned-down", message },
    ],
  });
  service.addFinished("6.mp4", { ...FAILED, failure: { code: "damaged", message } });
  const photo = { code: "not-media", fileKind: "photo", message } as const;
  service.addFinished("7.jpg", { ...FAILED, failure: photo });
  service.addFinished("8.mp4", { ...FAILED, state: "awaiting-upload" });
}

/** In Arabic, names are on the right and their actions on the left, but time runs from left to right. */
async function checkRightToLeft(page: Page) {
  const row = page.locator(".row-line").first();
  const name = await row.locator(".row-text").boundingBox();
  const actions = await row.locator(".row-actions").boundingBox();
  assert.ok(name && actions && name.x > actions.x, "the actions are left of the name");
  const handles = page.locator(".waveform-handle");
  const [start, end] = [await handles.first().boundingBox(), await handles.last().boundingBox()];
  assert.ok(start && end && start.x < end.x, "the start is left of the end");
  await waitUntil(
    page,
    `getComputedStyle(document.querySelector(".summary > .chevron")).transform !== "none"`,
  );
}
