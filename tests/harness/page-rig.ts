import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { PageService } from "../fakes/page-service.ts";
import { makeWavHeader } from "../media/wav-header.ts";
import { launchBrowser } from "./browser.ts";

const WEB = resolve(import.meta.dirname, "../../web");
const SAMPLE = resolve(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
const SAMPLE_RATE = 8000;

/** The built page in a browser, on its own service in memory. */
export interface PageRig extends AsyncDisposable {
  browser: Browser;
  /** A folder for the tests' files. */
  directory: string;
  /** The folder of the built page. */
  siteDirectory: string;
  /** Opens the page on a new service. */
  open(options?: BrowserContextOptions): Promise<{ service: PageService; page: Page }>;
}

export async function openPageRig(): Promise<PageRig> {
  const directory = await mkdtemp(join(tmpdir(), "tapedeck-rig-"));
  const site = join(directory, "site");
  const [browser] = await Promise.all([
    launchBrowser(),
    build({ root: WEB, logLevel: "warn", build: { outDir: site, emptyOutDir: true } }),
  ]);
  const services: PageService[] = [];
  return {
    browser,
    directory,
    siteDirectory: site,
    async open(options) {
      const service = await new PageService(site, makeWave(20)).start();
      services.push(service);
      const context = await browser.newContext({
        viewport: { width: 1000, height: 800 },
        ...options,
      });
      const page = await context.newPage();
      await page.goto(service.siteUrl);
      return { service, page };
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await Promise.all(services.map((service) => service[Symbol.asyncDispose]()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export async function signInTo(page: Page, email = "ann@example.org") {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill("right");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Choose files" }).waitFor();
}

/** Makes a short video with zeros after its end, so that files can differ. */
export async function makeVideo(zeroBytes = 0): Promise<Buffer> {
  return Buffer.concat([await readFile(SAMPLE), Buffer.alloc(zeroBytes)]);
}

/** Waits until an expression is true in the page. Its security policy forbids Playwright's own wait. */
export async function waitUntil(page: Page, expression: string) {
  const end = performance.now() + 30_000;
  while (!(await page.evaluate<boolean>(expression))) {
    if (performance.now() > end) throw new Error(`This never became true: ${expression}`);
    await page.waitForTimeout(50);
  }
}

/** Makes a quiet tone of `seconds`, in 8 bits, which every browser can play. */
export function makeWave(seconds: number): Buffer {
  const size = seconds * SAMPLE_RATE;
  const header = makeWavHeader({
    sampleRate: SAMPLE_RATE,
    channels: 1,
    sampleBits: 8,
    dataBytes: size,
  });
  const samples = new Uint8Array(size).map((_, at) =>
    Math.round(128 + 40 * Math.sin((2 * Math.PI * 220 * at) / SAMPLE_RATE)),
  );
  return Buffer.concat([header, samples]);
}
