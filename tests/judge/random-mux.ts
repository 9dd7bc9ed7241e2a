import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";

interface Codec {
  args: string;
  rates: readonly number[];
  layouts: readonly Layout[];
}

type Layout = "mono" | "stereo" | "5.1";
const CHANNELS = { mono: 1, stereo: 2, "5.1": 6 } as const;

const TWO = ["mono", "stereo"] as const;
const SIX = ["mono", "stereo", "5.1"] as const;
const MPEG_RATES = [16000, 22050, 24000, 32000, 44100, 48000] as const;
const ALL_RATES = [8000, 11025, ...MPEG_RATES, 96000] as const;

const CODECS = {
  aac: { args: "-c:a aac", rates: [...MPEG_RATES, 96000], layouts: SIX },
  mp3: { args: "-c:a libmp3lame", rates: MPEG_RATES, layouts: TWO },
  mp2: { args: "-c:a mp2", rates: [32000, 44100, 48000], layouts: TWO },
  ac3: { args: "-c:a ac3", rates: [32000, 44100, 48000], layouts: SIX },
  eac3: { args: "-c:a eac3", rates: [32000, 44100, 48000], layouts: SIX },
  dts: { args: "-c:a dca -strict -2", rates: [32000, 44100, 48000], layouts: ["stereo", "5.1"] },
  opus: { args: "-c:a libopus", rates: [48000], layouts: SIX },
  vorbis: { args: "-c:a libvorbis", rates: [22050, 44100, 48000], layouts: TWO },
  flac: { args: "-c:a flac", rates: ALL_RATES, layouts: SIX },
  alac: { args: "-c:a alac", rates: [44100, 48000], layouts: TWO },
  wma: { args: "-c:a wmav2", rates: [22050, 44100, 48000], layouts: TWO },
  s16: { args: "-c:a pcm_s16le", rates: ALL_RATES, layouts: SIX },
  s24: { args: "-c:a pcm_s24le", rates: ALL_RATES, layouts: SIX },
  f32: { args: "-c:a pcm_f32le", rates: ALL_RATES, layouts: SIX },
  s16be: { args: "-c:a pcm_s16be", rates: ALL_RATES, layouts: SIX },
} as const satisfies Record<string, Codec>;

interface Container {
  muxer: string;
  codecs: readonly (keyof typeof CODECS)[];
  /** What the pictures are, where it may have some. */
  pictures?: string;
  /** Whether two files, one after the other, are one. */
  joins?: boolean;
}

const MPEG4 = "-c:v mpeg4";
const FRAGMENTS = "-f mp4 -movflags +frag_keyframe+empty_moov+default_base_moof -g 10";

const CONTAINERS: Readonly<Record<string, Container>> = {
  mp4: { muxer: "-f mp4", codecs: ["aac", "mp3", "ac3", "opus", "flac", "alac"], pictures: MPEG4 },
  faststart: { muxer: "-f mp4 -movflags +faststart", codecs: ["aac", "alac"], pictures: MPEG4 },
  fragments: { muxer: FRAGMENTS, codecs: ["aac", "opus", "flac"], pictures: MPEG4 },
  mov: { muxer: "-f mov", codecs: ["aac", "s16", "s24", "f32", "s16be", "alac"], pictures: MPEG4 },
  mkv: {
    muxer: "-f matroska",
    codecs: ["aac", "mp3", "ac3", "eac3", "dts", "opus", "vorbis", "flac", "s16", "f32"],
    pictures: MPEG4,
  },
  live: { muxer: "-f matroska -live 1", codecs: ["aac", "opus"], pictures: MPEG4 },
  webm: { muxer: "-f webm", codecs: ["opus", "vorbis"] },
  avi: { muxer: "-f avi", codecs: ["mp3", "ac3", "s16"], pictures: MPEG4 },
  ts: {
    muxer: "-f mpegts",
    codecs: ["aac", "mp2", "mp3", "ac3", "eac3"],
    pictures: "-c:v mpeg2video -r 25",
    joins: true,
  },
  mpg: { muxer: "-f mpeg", codecs: ["mp2", "ac3"], pictures: "-c:v mpeg2video -r 25" },
  flv: { muxer: "-f flv", codecs: ["aac", "mp3"], pictures: "-c:v flv" },
  asf: { muxer: "-f asf", codecs: ["wma", "mp3"], pictures: "-c:v wmv2" },
  ogg: { muxer: "-f ogg", codecs: ["vorbis", "opus", "flac"], joins: true },
  wav: { muxer: "-f wav", codecs: ["s16", "s24", "f32"] },
  aiff: { muxer: "-f aiff", codecs: ["s16be"] },
  caf: { muxer: "-f caf", codecs: ["s16", "alac"] },
  flac: { muxer: "-f flac", codecs: ["flac"] },
  mp3: { muxer: "-f mp3", codecs: ["mp3"], joins: true },
  adts: { muxer: "-f adts", codecs: ["aac"], joins: true },
  ac3: { muxer: "-f ac3", codecs: ["ac3"], joins: true },
};

/** Containers whose headers count their samples: what is dropped there is missing. */
const COUNTING = new Set(["flac", "wav", "aiff", "caf", "avi", "mov"]);

/** FLV has these rates for MP3. */
const FLV_RATES: readonly number[] = [22050, 44100];

export interface Mux {
  path: string;
  /** Container, codec, and what was done to it. */
  kind: string;
  /** Whether nothing was taken away of what the muxer wrote. */
  isWhole: boolean;
}

/** Makes the file that `seed` stands for: the same for the same seed. */
export async function makeMux(seed: number, directory: string): Promise<Mux> {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const name = pick(Object.keys(CONTAINERS));
  const container = CONTAINERS[name] as Container;
  const codecName = pick(container.codecs);
  const codec: Codec = CODECS[codecName];
  const pictures = random() < 0.4 ? container.pictures : undefined;
  const seconds = 2 + random() * 4;
  const event = pick([
    "whole",
    "whole",
    COUNTING.has(name) ? "whole" : "gap",
    "cut",
    container.joins ? "change" : "whole",
    "tail",
  ]);
  const path = join(directory, `${seed}.${name}`);
  const makePart = async (part: string) => {
    const isFlvMp3 = name === "flv" && codecName === "mp3";
    const rate = pick(
      isFlvMp3 ? FLV_RATES : codec.rates.filter((hertz) => hertz <= 48000 || random() < 0.5),
    );
    const layout = pick(codec.layouts);
    const audio = `-f lavfi -i aevalsrc=${drawTones(random, CHANNELS[layout])}:c=${layout}:s=${rate}:d=${seconds.toFixed(3)}`;
    const video = pictures ? `-f lavfi -i testsrc2=s=64x48:r=25:d=${seconds.toFixed(3)}` : "";
    const maps = pictures ? `-map 1:v -map 0:a ${pictures} -b:v 100k` : "";
    await generate(
      `${audio} ${video} ${maps} ${codec.args} ${container.muxer} ${part}`.replace(/ +/g, " "),
    );
  };
  await makePart(path);
  switch (event) {
    case "change": {
      const second = `${path}.second`;
      await makePart(second);
      await writeFile(path, Buffer.concat([await readFile(path), await readFile(second)]));
      await rm(second);
      break;
    }
    case "gap": {
      const whole = `${path}.whole`;
      await writeFile(whole, await readFile(path));
      const from = 0.3 * seconds;
      const drop = `noise=drop=between(pts*tb\\,${from.toFixed(3)}\\,${(from + 0.2 + random()).toFixed(3)})`;
      await generate(`-i ${whole} -c copy -bsf:a ${drop} ${container.muxer} ${path}`);
      await rm(whole);
      break;
    }
    case "cut":
      await truncate(path, Math.floor((await stat(path)).size * (0.3 + 0.65 * random())));
      break;
    case "tail": {
      const tail = Buffer.alloc(1 + Math.floor(random() * 300), random() < 0.5 ? 0 : 0x20);
      await writeFile(path, Buffer.concat([await readFile(path), tail]));
      break;
    }
  }
  const kind = `${name} ${codecName}${pictures ? " with pictures" : ""}: ${event}`;
  return { path, kind, isWhole: event !== "cut" };
}

/** Tones that rise and fall, another pair for each part. */
function drawTones(random: () => number, channels: number): string {
  const hertz = 150 + Math.floor(random() * 300);
  const rise = 10 + Math.floor(random() * 30);
  return Array.from({ length: channels }, (_, channel) => {
    return `0.12*sin(2*PI*(${hertz + 90 * (channel % 2)}*t+${rise}*t*t))`;
  }).join("|");
}
