import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { LANGUAGES, type Language } from "../../contract/texts/languages.ts";
import { CATALOGUES } from "../fakes/catalogues.ts";
import { checkScreen } from "../harness/check-screen.ts";
import { eventually } from "../harness/eventually.ts";
import { walkInterruptions } from "../harness/page-interruptions.ts";
import { openPageRig, type PageRig, waitUntil } from "../harness/page-rig.ts";
import { makeTwoTracks, walkScreens } from "../harness/page-screens.ts";

suite("the page in each language", () => {
  let rig: PageRig;
  let tracksPath: string;
  before(async () => {
    rig = await openPageRig();
    tracksPath = await makeTwoTracks(rig.directory);
  });
  after(() => rig?.[Symbol.asyncDispose]());

  for (const language of Object.keys(LANGUAGES) as Language[]) {
    test(`every screen: ${language}`, async () => {
      const { page, service } = await rig.open({
        locale: language,
        reducedMotion: "reduce",
        serviceWorkers: "block",
      });
      await walkScreens({ page, service, language, tracksPath }, (screen) =>
        checkScreen(page, language, screen),
      );
    });

    test(`every interruption: ${language}`, async () => {
      const { page, service } = await rig.open({
        locale: language,
        reducedMotion: "reduce",
        serviceWorkers: "block",
      });
      await walkInterruptions({ page, service, language }, (screen) =>
        checkScreen(page, language, screen),
      );
    });
  }

  test("another language is chosen, follows at once, and is remembered", async () => {
    const { page } = await rig.open({ locale: "en-GB" });
    await page.locator("[name=email]").fill("ann@example.org");
    await page.locator("[name=password]").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByText("Email or password is wrong.").waitFor();
    await page.getByLabel("Language").selectOption("de");
    await page.getByText(CATALOGUES.de.faults.wrongPassword).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: CATALOGUES.de.signIn.title }).waitFor();
    await page.getByLabel(CATALOGUES.de.footer.language).selectOption("browser");
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.locator("html[lang=en]").waitFor();
  });

  test("the sign-in form needs 60 kB at most, in the largest language, too", async () => {
    const html = await readFile(join(rig.siteDirectory, "index.html"), "utf8");
    const named = [...html.matchAll(/"\.\/(assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? []);
    assert.ok(named.length >= 3, named.join());
    const measure = async (path: string) =>
      gzipSync(await readFile(join(rig.siteDirectory, path)), { level: 9 }).length;
    const first = await Promise.all(["index.html", ...named].map(measure));
    const assets = await readdir(join(rig.siteDirectory, "assets"));
    const catalogues = assets.filter((name) => name.startsWith("texts-"));
    assert.equal(catalogues.length, Object.keys(LANGUAGES).length - 1);
    const largest = Math.max(
      ...(await Promise.all(catalogues.map((name) => measure(`assets/${name}`)))),
    );
    const bytes = first.reduce((sum, size) => sum + size, largest);
    assert.ok(bytes <= 60_000, `${bytes} bytes`);
  });

  test("the language that is shown becomes that of emails, and the choice of emails stays", async () => {
    const { page, service } = await rig.open({ locale: "de-AT" });
    service.settings = { emails: "failures" };
    await page.locator("[name=email]").fill("ann@example.org");
    await page.locator("[name=password]").fill("right");
    await page.keyboard.press("Enter");
    await eventually(async () => service.settings.language === "de" || undefined);
    await page.getByLabel(CATALOGUES.de.footer.language).selectOption("fr");
    await eventually(async () => service.settings.language === "fr" || undefined);
    assert.equal(service.settings.emails, "failures");
  });

  test("a language that can't be fetched leaves the page in English", async () => {
    const { page, service } = await rig.open({ locale: "ja", serviceWorkers: "block" });
    service.intercept = (call) => (/\/assets\/texts/.test(call) ? { status: 404 } : undefined);
    await page.reload();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    const choice = page.getByLabel("Language");
    await choice.selectOption("ar");
    await waitUntil(page, `document.querySelectorAll("footer select")[1].value === "browser"`);
    service.intercept = () => undefined;
    await choice.selectOption("de");
    await page.getByRole("heading", { name: CATALOGUES.de.signIn.title }).waitFor();
  });
});
