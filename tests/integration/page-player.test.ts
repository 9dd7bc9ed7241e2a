import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { openPageRig, type PageRig, signInTo, waitUntil } from "../harness/page-rig.ts";

suite("the player", () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  test("a player goes on at the same second each time its link expires, one player at a time", async () => {
    const { page, service } = await rig.open();
    service.addFinished("second.mp4");
    service.addFinished("first.mp4");
    await signInTo(page);
    await page.getByRole("button", { name: "Play first.mp4" }).click();
    const state = () => page.evaluate<[number, boolean, string]>(READ_PLAYER);
    for (const second of [8, 14]) {
      await waitUntil(page, IS_PLAYING);
      const [, , url] = await state();
      service.intercept = (call) =>
        url.endsWith(call.slice("GET ".length)) ? { status: 403 } : undefined;
      // The browser asks for a piece that it hasn't kept, and is refused.
      await page.evaluate(`(() => {
        const audio = document.querySelector("audio");
        audio.currentTime = ${second};
        audio.dispatchEvent(new Event("error"));
      })()`);
      await waitUntil(page, `document.querySelector("audio").currentSrc !== "${url}"`);
      await waitUntil(page, IS_PLAYING);
      const [at] = await state();
      assert.ok(at >= second && at < second + 3, `goes on at ${at} s instead of ${second} s`);
      await waitUntil(page, `document.querySelector("audio").currentTime > ${second + 1.5}`);
    }
    await page.getByRole("button", { name: "Play second.mp4" }).click();
    await waitUntil(page, `document.querySelectorAll("audio")[1]?.currentTime > 0`);
    assert.equal((await state())[1], true);
  });

  test("a player that keeps breaking off says so, and stops asking for links", async () => {
    const { page, service } = await rig.open();
    service.addFinished("talk.mp4");
    await signInTo(page);
    // As Firefox does on a machine without a loudspeaker: it plays for a moment, then gives up.
    await page.evaluate(`document.addEventListener("timeupdate", ({ target }) => {
      if (!target.seeking && target.currentTime > 0) target.src = "data:audio/mpeg,broken";
    }, true)`);
    await page.getByRole("button", { name: "Play talk.mp4" }).click();
    await page.getByText("The MP3 can’t be played here. Download it instead.").waitFor();
    const links = () => service.requests.filter((call) => call.startsWith("GET /api/download"));
    assert.equal(links().length, 2);
    await page.evaluate(COUNT_FAULTS);
    await page.getByRole("button", { name: "Try again" }).click();
    await waitUntil(page, "faultsShown > 0");
    assert.ok(links().length <= 4, `${links().length} links`);
  });
});

/** Counts the faults that the player shows from now on, however briefly. */
const COUNT_FAULTS = `
  globalThis.faultsShown = 0;
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const { className } of addedNodes) if (className === "fault") faultsShown++;
    }
  }).observe(document.querySelector(".player [role=alert]"), { childList: true });
`;
const READ_PLAYER = `(() => {
  const audio = document.querySelector("audio");
  return [audio.currentTime, audio.paused, audio.currentSrc];
})()`;
const IS_PLAYING = `(() => {
  const audio = document.querySelector("audio");
  return audio !== null && !audio.paused && audio.readyState > 2 && audio.currentTime > 0;
})()`;
