import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { convertFile } from "../media/convert-file.ts";
import { generate } from "../media/make-media.ts";
import {
  joinMatroska,
  makeElement,
  type SegmentElement,
  splitMatroska,
} from "../media/matroska-elements.ts";

const directory = await mkdtemp(join(tmpdir(), "engine-matroska-order-"));
after(() => rm(directory, { recursive: true }));

const NOISE = "-f lavfi -i anoisesrc=d=4:a=0.3:seed=1";
const PICTURES = "-f lavfi -i testsrc2=s=64x48:d=4";
const FILES = {
  "a.mkv": `${PICTURES} ${NOISE} -c:v mpeg4 -c:a aac`,
  // The engine knows the priming only from the tracks.
  "a.mka": `${NOISE} -c:a aac`,
  "a.webm": `${NOISE} -c:a libopus`,
};

const VOID: SegmentElement = { name: "Void", id: 0xec, body: Buffer.alloc(100_000) };
const FONT: SegmentElement = {
  name: "Attachments",
  id: 0x1941a469,
  body: makeElement(
    0x61a7,
    Buffer.concat([
      makeElement(0x466e, Buffer.from("a.ttf")),
      makeElement(0x4660, Buffer.from("font/ttf")),
      makeElement(0x46ae, Buffer.from([1])),
      makeElement(0x465c, Buffer.alloc(300_000, 7)),
    ]),
  ),
};

/** A recorder that is stopped and started again writes such a file. */
test("two live recordings in one file are converted one after the other", async () => {
  const path = join(directory, "joined.webm");
  await generate(`${NOISE} -c:a libopus ${path}`);
  const { header, elements } = splitMatroska(await readFile(path));
  const live = joinMatroska(header, elements, { isSegmentOpen: true, areClustersOpen: true });
  await writeFile(path, Buffer.concat([live, live]));
  const { outcome } = await convertFile(path);
  assert.ok(outcome.kind === "converted" && outcome.durationSeconds > 8, JSON.stringify(outcome));
  assert.deepEqual(outcome.notes, []);
});

for (const [file, args] of Object.entries(FILES)) {
  suite(`${file} is the same, wherever its tracks and the rest are`, async () => {
    const original = join(directory, file);
    await generate(`${args} -cluster_time_limit 1000 ${original}`);
    const { header, elements } = splitMatroska(await readFile(original));
    const pick = (...names: SegmentElement["name"][]) =>
      elements.filter(({ name }) => names.includes(name));
    const [clusters, tracks, info] = [pick("Cluster"), pick("Tracks"), pick("Info")];
    const [first, ...others] = clusters as [SegmentElement, ...SegmentElement[]];
    const last = [...info, ...clusters, ...tracks];
    const second = [...info, first, ...tracks, ...others];
    const open = { isSegmentOpen: true, areClustersOpen: true };
    const found = ["Tracks", "Info"] as const;
    const between = [...info, ...tracks, first, FONT, VOID, ...pick("Tags"), ...others];
    const CASES: Record<string, Buffer> = {
      "tracks at the end": joinMatroska(header, last),
      "tracks at the end of a segment without a size": joinMatroska(header, last, {
        isSegmentOpen: true,
      }),
      "tracks at the end, without any sizes": joinMatroska(header, last, open),
      "tracks at the end, with a seek head that points there": joinMatroska(header, last, {
        found,
      }),
      "tracks and times at the end": joinMatroska(header, [...clusters, ...info, ...tracks]),
      "tracks at the end, with a seek head that doesn't point there": joinMatroska(header, last, {
        found: ["Info"],
      }),
      "tracks after the first cluster": joinMatroska(header, second),
      "tracks after the first cluster, without any sizes": joinMatroska(header, second, open),
      "attachments and tags between clusters": joinMatroska(header, between),
      "attachments and tags between clusters, without any sizes": joinMatroska(
        header,
        between,
        open,
      ),
      "everything else first": joinMatroska(header, [
        ...[VOID, FONT, ...pick("Tags", "Cues")],
        ...[...info, ...tracks, ...clusters],
      ]),
      "100 voids first": joinMatroska(header, [
        ...Array<SegmentElement>(100).fill({ ...VOID, body: Buffer.alloc(3) }),
        ...[...info, ...tracks, ...clusters],
      ]),
    };
    const whole = await convertFile(original);
    assert.ok(whole.outcome.kind === "converted");
    for (const [name, bytes] of Object.entries(CASES)) {
      test(name, async () => {
        const path = join(directory, `changed-${file}`);
        await writeFile(path, bytes);
        const { outcome, sink } = await convertFile(path);
        assert.ok(outcome.kind === "converted", JSON.stringify(outcome));
        assert.deepEqual(outcome.notes, []);
        assert.equal(outcome.incomplete, undefined);
        assert.ok(sink.mp3?.equals(whole.sink.mp3 as Buffer));
      });
    }
  });
}
