import type { Browser } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { launchFirefox } from "./firefox.ts";

/** The browser that the page's tests use: Chromium, or Firefox by TAPEDECK_TEST_BROWSER=firefox. */
const isFirefox = process.env.TAPEDECK_TEST_BROWSER === "firefox";

/** @param chromiumFlags for Chromium's command line */
export const launchBrowser = (chromiumFlags: readonly string[] = []): Promise<Browser> =>
  isFirefox ? launchFirefox() : launchChromium(chromiumFlags);
