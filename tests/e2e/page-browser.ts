import { existsSync } from "node:fs";
import sparticuz from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

const DEBIAN_CHROMIUM = "/usr/bin/chromium";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A Chromium to test with: CHROMIUM_BIN, Debian's, or the one that npm brought (Linux x64). */
async function findChromium(): Promise<string> {
  const given = process.env.CHROMIUM_BIN;
  if (given) return given;
  if (existsSync(DEBIAN_CHROMIUM)) return DEBIAN_CHROMIUM;
  try {
    return await sparticuz.executablePath();
  } catch (cause) {
    throw new Error(
      "No Chromium: set CHROMIUM_BIN to one, or install Debian's (apt-get install chromium).",
      { cause },
    );
  }
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await findChromium(), args: FLAGS });
}
