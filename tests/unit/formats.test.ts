import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { audioContainers, codecs, videoContainers } from "../../layers/ffmpeg/formats.ts";
import { formatsPage, writeFormatsPage } from "../../layers/ffmpeg/formats-page.ts";
import { formatWhitelist } from "../../layers/ffmpeg/requirements.ts";
import { formatSamples } from "../media/format-samples.ts";

test("docs/formats.md is up to date", () => {
  assert.equal(readFileSync(formatsPage, "utf8"), writeFormatsPage(), "run npm run docs:formats");
});

test("no format is listed twice", () => {
  const demuxers = [...videoContainers, ...audioContainers].flatMap((kind) => kind.demuxers);
  const decoders = codecs.flatMap((codec) => codec.decoders);
  for (const list of [demuxers, decoders]) assert.equal(new Set(list).size, list.length);
});

test("every format that isn't said to be untested has a sample among the tests' files", () => {
  const tried = new Set(formatSamples.map(({ ending }) => ending));
  for (const { name, endings, isUntried } of [...videoContainers, ...audioContainers]) {
    assert.equal(
      endings.some((ending) => tried.has(ending)),
      !isUntried,
      name,
    );
  }
});

test("no format is allowed that opens other files", () => {
  // ffmpeg's demuxers that open the files or addresses that their input names.
  const opening = ["applehttp", "avisynth", "concat", "dash", "hls", "image2", "imf", "mlv", "rtp"];
  const allowed = formatWhitelist.split(",");
  for (const name of [...opening, "rtsp", "sap", "sdp", "tedcaptions", "webm_dash_manifest"])
    assert.ok(!allowed.includes(name), name);
});
