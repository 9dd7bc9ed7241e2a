import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Page } from "playwright-core";
import { openPageRig, type PageRig, signInTo } from "../harness/page-rig.ts";

suite("the podcast feed on the page", () => {
  let rig: PageRig;
  before(async () => {
    rig = await openPageRig();
  });
  after(() => rig?.[Symbol.asyncDispose]());

  test("is made, copied, shown to a camera, and replaced and ended once the user has confirmed it", async () => {
    const { page, service } = await rig.open({
      bypassCSP: true,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await signInTo(page);
    assert.ok(!service.requests.some((call) => call.includes("/feed")), "nobody asked yet");
    await page.getByRole("button", { name: "Podcast feed" }).click();
    await page.getByRole("button", { name: "Make a feed" }).click();
    const address = await page.getByLabel("Address of the feed").inputValue();
    assert.match(address, /rss\.xml\?token=/);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    assert.equal(await page.evaluate("navigator.clipboard.readText()"), address);
    const code = page.getByRole("img", { name: "The address as a QR code" });
    await code.waitFor();
    assert.equal(await readCode(page), address);

    await page.reload();
    await page.getByRole("button", { name: "Podcast feed" }).click();
    await page.getByText(/You have had a feed since/).waitFor();
    assert.equal(await page.getByLabel("Address of the feed").count(), 0);

    // The old address stops working, and nobody can undo that.
    const asked = page.getByRole("button", { description: /stop getting your MP3s/ });
    const focused = page.locator(":focus");
    const { feedCreatedAt } = service;
    await page.getByRole("button", { name: "Make a new address" }).click();
    await asked.and(focused).waitFor();
    await page.getByRole("button", { name: "Keep the feed" }).click();
    await page.getByRole("button", { name: "Make a new address" }).and(focused).waitFor();
    await page.getByRole("button", { name: "End the feed" }).click();
    await page.getByRole("button", { name: "Keep the feed" }).click();
    assert.equal(service.feedCreatedAt, feedCreatedAt);
    await page.getByRole("button", { name: "Make a new address" }).click();
    await page.getByRole("button", { name: "Make a new one" }).click();
    await page.getByLabel("Address of the feed").and(focused).waitFor();
    assert.notEqual(service.feedCreatedAt, feedCreatedAt);
    await page.getByRole("button", { name: "End the feed" }).click();
    await page.getByRole("button", { name: "End it for good" }).click();
    await page.getByRole("button", { name: "Make a feed" }).and(focused).waitFor();
    assert.equal(service.feedCreatedAt, null);
  });
});

/** Reads the squares of the code as a camera would. */
async function readCode(page: Page): Promise<string> {
  const { decodeQR } = await import("qr/decode.js");
  const size = 400;
  const pixels = await page.evaluate<number[]>(`(async () => {
    const svg = document.querySelector(".feed-code").cloneNode(true);
    svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    svg.setAttribute("width", "${size}");
    svg.setAttribute("height", "${size}");
    const image = new Image();
    image.src = "data:image/svg+xml," + encodeURIComponent(svg.outerHTML);
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: ${size}, height: ${size} });
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, ${size}, ${size});
    context.drawImage(image, 0, 0);
    return [...context.getImageData(0, 0, ${size}, ${size}).data];
  })()`);
  return decodeQR({ width: size, height: size, data: Uint8Array.from(pixels) });
}
