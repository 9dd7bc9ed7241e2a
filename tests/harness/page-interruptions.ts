import type { Page } from "playwright-core";
import type { Language } from "../../contract/texts/languages.ts";
import { CATALOGUES } from "../fakes/catalogues.ts";
import type { PageService } from "../fakes/page-service.ts";
import { makeVideo } from "./page-rig.ts";

interface Walk {
  page: Page;
  service: PageService;
  language: Language;
}

/**
 * Visits what the page shows while something outside it is in the way, and calls `onScreen` on each screen:
 * a player that breaks off, a network that is gone, and another tab.
 */
export async function walkInterruptions(
  { page, service, language }: Walk,
  onScreen: (name: string) => Promise<void>,
) {
  const { row, sending } = CATALOGUES[language];
  service.addFinished("kept.mp4");
  await page.locator("[name=email]").fill("ann@example.org");
  await page.locator("[name=password]").fill("right");
  await page.keyboard.press("Enter");

  await page.evaluate(BREAK_PLAYERS);
  await page.locator(".history .row-actions").getByRole("button", { name: row.play }).click();
  await page.getByText(row.notPlayed).waitFor();
  await onScreen("an MP3 that can't be played");

  service.intercept = (call) => (call.startsWith("PUT /storage") ? { status: 503 } : undefined);
  const buffer = await makeVideo();
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles({ name: "sent.mp4", mimeType: "video/mp4", buffer });
  await page.locator(".batch .primary").click();
  const begin = (text: string) => page.getByText(text.split("|")[0] ?? "");
  await begin(sending.retrying("|", "|")).waitFor();
  await page.context().setOffline(true);
  await begin(sending.offline("|", "|")).waitFor();
  await onScreen("no network");
  // What is resumed without a network has to ask the API first.
  await page.locator(".overall button").click();
  await page.getByText(sending.paused).waitFor();
  await page.locator(".overall button").click();
  await begin(sending.offline("|", "|")).waitFor();
  service.intercept = (call) =>
    call.startsWith("PUT /storage") ? new Promise(() => {}) : undefined;
  await page.context().setOffline(false);
  await begin(sending.offline("|", "|")).waitFor({ state: "detached" });

  const other = await page.context().newPage();
  await other.goto(service.siteUrl);
  await other.evaluate(TAKE_OVER);
  await page.reload();
  await page.getByText(sending.elsewhere).waitFor();
  await onScreen("a file that another tab sends");
  await other.close();
  await page.getByText(sending.elsewhere).waitFor({ state: "detached" });
}

/** Scripts for the page; this directory is checked without the browser's types. */
const BREAK_PLAYERS = `document.addEventListener("timeupdate", ({ target }) => {
  if (!target.seeking && target.currentTime > 0) target.src = "data:audio/mpeg,broken";
}, true)`;

/** Waits for the locks of the other tab's files, as a tab that has the same list does. */
const TAKE_OVER = `navigator.locks.query().then(({ held }) => {
  for (const { name } of held) navigator.locks.request(name, () => new Promise(() => {}));
})`;
