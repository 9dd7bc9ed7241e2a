/** Takes the README's pictures of the page: `npm run docs:images`. */
import { join, resolve } from "node:path";
import { makeVideo, openPageRig, signInTo } from "./page-rig.ts";

const IMAGES = resolve(import.meta.dirname, "../../docs/images");
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const EARLIER = [
  "Choir rehearsal.mov",
  "Bike tour.mp4",
  "Lecture 7 – Tides.mkv",
  "Interview with Ada.mp4",
  "Garden in June.mp4",
];

await using rig = await openPageRig();
const { page, service } = await rig.open({
  viewport: { width: 1280, height: 860 },
  reducedMotion: "reduce",
});
for (const [at, fileName] of EARLIER.entries()) {
  const durationSeconds = (at + 1) * 400;
  service.addFinished(fileName, {
    createdAt: new Date(Date.now() - (9 - at) * DAY_MILLISECONDS).toISOString(),
    result: { durationSeconds, sizeBytes: durationSeconds * 20_000, title: fileName },
  });
}
await signInTo(page);

const choose = async (...names: string[]) => {
  const files = names.map(async (name, at) => ({
    name,
    mimeType: "video/mp4",
    buffer: await makeVideo(8 * (name.length + at)),
  }));
  await page
    .locator("input[type=file]")
    .first()
    .setInputFiles(await Promise.all(files));
};
await choose("Podcast – The lighthouse.mp4");
await page.getByRole("button", { name: "Convert to MP3" }).click();
await page.getByRole("button", { name: "Download Podcast – The lighthouse.mp4" }).waitFor();
await choose("Concert in the park.mp4", "Concert in the park, encore.mp4");
await page
  .getByRole("button", { name: /^Options/ })
  .first()
  .click();
await page.locator(".waveform").waitFor();
await page.getByLabel("Start at").fill("0:04");
await page.getByLabel("Stop at").fill("0:15.5");
await page.locator(".batch-sum", { hasText: /sends \d/ }).waitFor();
for (const colorScheme of ["light", "dark"] as const) {
  await page.emulateMedia({ colorScheme });
  // It takes a moment until the colours have changed and the waveform has grown.
  await page.waitForTimeout(3000);
  await page.screenshot({ path: join(IMAGES, `page-${colorScheme}.png`) });
}
