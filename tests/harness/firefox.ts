import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Browser, firefox } from "playwright-core";

const DEBIAN_FIREFOX = "/usr/bin/firefox-esr";

/**
 * Launches FIREFOX_BIN or Debian's Firefox, which Playwright drives by WebDriver BiDi.
 *
 * What isn't tried in it: files that are dropped, touch and stored handles of files need Chromium's protocol.
 * Players end at once on a machine without a sound device. The feed's QR code can't be read from a picture of
 * the page, and no context can bypass the page's security policy. Installing, sharing and working offline are
 * tried in Chromium alone.
 */
export async function launchFirefox(): Promise<Browser> {
  const path = process.env.FIREFOX_BIN ?? DEBIAN_FIREFOX;
  if (!existsSync(path)) {
    throw new Error(
      "No Firefox: set FIREFOX_BIN to one, or install Debian's (apt-get install firefox-esr).",
    );
  }
  return firefox.launch({
    channel: "moz-firefox",
    executablePath: resolve(import.meta.dirname, "firefox-bidi.ts"),
    env: { ...process.env, FIREFOX_BIN: path },
  });
}
