import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "../harness/browser.ts";
import { checkEveryResponse } from "../harness/checked-responses.ts";
import { apiUrl, createUser, stack, type TestUser } from "../harness/stack.ts";

/** The page in the deployed stack's bucket, a user, and a folder for videos. */
export interface PageFixture extends AsyncDisposable {
  browser: Browser;
  user: TestUser;
  directory: string;
  siteUrl: string;
}

export async function openPageFixture(): Promise<PageFixture> {
  const siteUrl = stack.outputs.SiteUrl;
  if (siteUrl === undefined) throw new Error("The stack was deployed without the page.");
  const [browser, user, directory] = await Promise.all([
    launchBrowser(),
    createUser(),
    mkdtemp(join(tmpdir(), "tapedeck-page-")),
  ]);
  return {
    browser,
    user,
    directory,
    siteUrl,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Requests that a service worker may have answered can't be intercepted. */
export const VISITOR = {
  viewport: { width: 1000, height: 900 },
  serviceWorkers: "block",
} as const;

/** Opens the page for a new visitor, and collects the errors in the browser's console. */
export async function openPage({ browser }: PageFixture, context?: BrowserContext) {
  const visitor = context ?? (await browser.newContext(VISITOR));
  checkEveryResponse(visitor, apiUrl);
  const page = await visitor.newPage();
  const consoleErrors: string[] = [];
  page.on("console", (message) => message.type() === "error" && consoleErrors.push(message.text()));
  page.on("pageerror", (error) => consoleErrors.push(String(error)));
  return { page, visitor, consoleErrors };
}

export async function signIn(page: Page, { siteUrl, user }: Pick<PageFixture, "siteUrl" | "user">) {
  await page.goto(siteUrl);
  await page.getByLabel("Email").fill(user.email);
  await page.getByLabel("Password").fill(user.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await filePicker(page).waitFor({ state: "attached" });
}

/** The input behind "Choose files". */
export const filePicker = (page: Page) => page.locator("input[type=file]").first();
export const convertButton = (page: Page) => page.getByRole("button", { name: /^Convert/ });
/** Finds the row of a file that was chosen on this page. Earlier ones are in another list. */
export const rowOf = (page: Page, fileName: string) =>
  page
    .getByRole("region", { name: "Your files" })
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { name: fileName }) });

/** Shows the options of a file that waits to be sent, and returns its row. */
export async function openOptions(page: Page, fileName: string) {
  const row = rowOf(page, fileName);
  await row.getByRole("button", { name: /^Options/ }).click();
  return row;
}

/** Fetches the finished row's MP3 as the Download button does. */
export async function readMp3(page: Page, fileName: string): Promise<Buffer> {
  const row = rowOf(page, fileName);
  await row.getByRole("button", { name: /^Download/ }).waitFor({ timeout: 120_000 });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    row.getByRole("button", { name: /^Download/ }).click(),
  ]);
  return readStream(await download.createReadStream());
}

async function readStream(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
