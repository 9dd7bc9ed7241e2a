import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, before, suite, test } from "node:test";
import {
  convertButton,
  filePicker,
  openOptions,
  openPage,
  openPageFixture,
  type PageFixture,
  readMp3,
  signIn,
} from "./page-fixture.ts";
import { decode, findShift, makeDenseVideo, makeTaggedVideo, makeVideo } from "./page-videos.ts";

const withCodecs =
  (...codecArgs: string[]) =>
  (path: string) =>
    makeVideo(path, 8, codecArgs);

const VIDEOS: readonly { fileName: string; make: (path: string) => Promise<void> }[] = [
  { fileName: "plain.mp4", make: withCodecs() },
  {
    fileName: "fragmented.mp4",
    make: withCodecs("-movflags", "frag_keyframe+empty_moov+default_base_moof"),
  },
  { fileName: "quicktime.mov", make: withCodecs("-c:a", "pcm_s16le") },
  { fileName: "matroska.mkv", make: withCodecs() },
  {
    fileName: "web.webm",
    make: withCodecs("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
  },
  { fileName: "transport.ts", make: withCodecs("-c:v", "mpeg2video") },
  { fileName: "two-tracks-and-a-cover.mp4", make: (path) => makeTaggedVideo(path, 8) },
];

suite("soundtrack-only upload", () => {
  let fixture: PageFixture;
  before(async () => {
    fixture = await openPageFixture();
  });
  after(() => fixture?.[Symbol.asyncDispose]());

  /** Converts `path`. Returns how many bytes were sent, and where the MP3 is. */
  async function convert(path: string, sendsWhole: boolean) {
    const { page, visitor } = await openPage(fixture);
    await signIn(page, fixture);
    let sentBytes = 0;
    page.on("request", async (request) => {
      if (request.method() === "PUT") {
        sentBytes += Number((await request.allHeaders())["content-length"] ?? 0);
      }
    });
    await filePicker(page).setInputFiles(path);
    if (sendsWhole) {
      await openOptions(page, basename(path));
      await page.getByRole("switch", { name: "Send the whole video" }).check();
    }
    await convertButton(page).click();
    const mp3Path = `${path}.${sendsWhole ? "whole" : "soundtrack"}.mp3`;
    await writeFile(mp3Path, await readMp3(page, basename(path)));
    await visitor.close();
    return { mp3Path, sentBytes };
  }

  /** The parts of the ID3 tag that come from the video. */
  async function readTag(path: string) {
    const head = (await readFile(path)).subarray(0, 64 * 1024).toString("latin1");
    const text = head.replaceAll("\0", "");
    return {
      hasTitle: text.includes("The title"),
      hasArtist: text.includes("Ann"),
      hasCover: text.includes("APIC"),
    };
  }

  for (const { fileName, make } of VIDEOS) {
    test(`gives the same MP3 for ${fileName}, for fewer bytes`, async () => {
      const path = join(fixture.directory, fileName);
      await make(path);
      const whole = await convert(path, true);
      const soundtrack = await convert(path, false);
      assert.ok(
        soundtrack.sentBytes < whole.sentBytes * 0.8,
        `${soundtrack.sentBytes} bytes instead of ${whole.sentBytes}`,
      );
      const [a, b] = [await decode(whole.mp3Path), await decode(soundtrack.mp3Path)];
      assert.ok(
        Math.abs(a.length - b.length) < 0.05 * 44_100,
        `${a.length} and ${b.length} samples`,
      );
      assert.equal(findShift(a, b), 0, "both start at the same sample");
      assert.deepEqual(await readTag(soundtrack.mp3Path), await readTag(whole.mp3Path));
    });
  }

  test("reads 2 GB in pieces", async (t) => {
    const path = join(fixture.directory, "dense.mp4");
    await makeDenseVideo(path, 2e9);
    const { page, visitor } = await openPage(fixture);
    await signIn(page, fixture);
    const before = await readRendererBytes();
    await filePicker(page).setInputFiles(path);
    await openOptions(page, "dense.mp4");
    let peak = 0;
    const isRead = page.getByText("of audio instead").waitFor({ timeout: 120_000 });
    for (let isDone = false; !isDone; ) {
      isDone = await Promise.race([
        isRead.then(() => true),
        page.waitForTimeout(100).then(() => false),
      ]);
      peak = Math.max(peak, await readRendererBytes());
    }
    await visitor.close();
    const grownMb = (peak - before) / 1e6;
    t.diagnostic(
      `renderer processes: ${(peak / 1e6).toFixed(0)} MB at most, ${grownMb.toFixed(0)} MB more than before`,
    );
    assert.ok(grownMb < 250, `the page grew by ${grownMb.toFixed(0)} MB`);
  });

  /** Resident memory of all this browser's renderer processes. */
  async function readRendererBytes(): Promise<number> {
    const session = await fixture.browser.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    const renderers = processInfo.filter(({ type }) => type === "renderer");
    const sizes = await Promise.all(
      renderers.map(async ({ id }) => {
        const status = await readFile(`/proc/${id}/status`, "utf8").catch(() => "");
        return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
      }),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
});
