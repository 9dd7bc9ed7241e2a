import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TOLERANCE_SECONDS } from "../../engine/containers/container.ts";
import { readId3Size } from "../../engine/containers/mp3/tags.ts";
import { parseFrameHeader } from "../../engine/mp3/frame.ts";
import type { EngineOptions, Outcome } from "../../engine/types.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { mutate } from "../hostile/mutate.ts";
import { convertFile } from "../media/convert-file.ts";
import { createRandom } from "../media/random.ts";
import { type Alignment, alignByShape, alignExactly, HEARD_BLOCK } from "./align.ts";
import { type Audio, type Decode, decodeFully, readTimes, type SeenTimes } from "./decode.ts";
import { type Mux, makeMux } from "./random-mux.ts";
import { HEARD_RATE, toHeard } from "./recording.ts";
import { startTap } from "./tap.ts";

export interface Judgement {
  seed: number;
  /** The container, the codec and what was done to the file. */
  kind: string;
  /** The engine's outcome with its notes. */
  outcome: string;
  faults: string[];
}

/** How much audio a conversion may lose or add without reporting it. */
const UNREPORTED_SECONDS = 0.05;

/** If a decoder gets more than this of the recording, refusing the file is a fault. */
const PLAYS_SECONDS = 0.3;

/** A file to judge, and what is known about it. */
interface Case {
  path: string;
  mux: Mux;
  isMutant: boolean;
}

type Converted = Extract<Outcome, { kind: "converted" }>;

/** Converts the file. `audio` is the encoder's input or, if the track was copied, the decoded MP3. */
async function convert(path: string, directory: string, options: Partial<EngineOptions> = {}) {
  const { path: ffmpegPath } = await resolveFfmpeg();
  await using tap = await startTap(ffmpegPath, directory);
  const { outcome, sink } = await convertFile(path, {
    ...{ ffmpegPath: tap.ffmpegPath, workers: 1 },
    ...options,
  });
  if (outcome.kind === "failed") return { outcome, audio: undefined, mp3: undefined };
  const mp3 = sink.mp3 as Buffer;
  const tagged = mp3.toString("latin1", 0, 3) === "ID3" ? 10 + readId3Size(mp3, 6) : 0;
  const header = parseFrameHeader(mp3, tagged);
  if (!header) throw new Error("the MP3 doesn't begin with a frame");
  await writeFile(`${path}.mp3`, mp3);
  const format = { rate: header.sampleRate, channels: header.channels };
  const played = await decodeFully(`${path}.mp3`, format);
  const isCopy = outcome.figures.plan.startsWith("stream-copy");
  const audio = isCopy ? played : { pcm: tap.readSamples() ?? new Float32Array(), ...format };
  return { outcome, audio, played };
}

const hear = ({ pcm, channels, rate }: Audio) => toHeard(pcm, channels === 1 ? [2] : [1, 1], rate);

const measure = ({ pcm, channels, rate }: Audio) => pcm.length / channels / rate;

/** Judges one file's conversion. */
async function judge(
  given: Case,
  directory: string,
): Promise<Pick<Judgement, "outcome" | "faults">> {
  const { path, mux } = given;
  const thrown = (error: Error) => ({ outcome: "thrown" as const, detail: error.stack });
  const made = await convert(path, directory).catch(thrown);
  if (made.outcome === "thrown") return { outcome: "thrown", faults: [`${made.detail}`] };
  if (made.outcome.kind === "converted") {
    return { outcome: summarise(made.outcome), faults: await compare(given, made as Made) };
  }
  const { code, detail, cause } = made.outcome;
  if (cause) return { outcome: code, faults: [`the engine threw: ${detail}`] };
  if (code === "truncated") {
    const whole = await convert(path, directory, { acceptIncomplete: true }).catch(thrown);
    if (whole.outcome === "thrown") return { outcome: "thrown", faults: [`${whole.detail}`] };
    if (whole.outcome.kind === "converted") {
      const faults = await compare(given, whole as Made);
      if (!whole.outcome.incomplete) faults.push("accepted although truncated, and not reported");
      if (mux.event !== "cut" && !given.isMutant) faults.push(`truncated: ${detail}`);
      return { outcome: `truncated, accepted: ${summarise(whole.outcome)}`, faults };
    }
  }
  const decoded = await decodeFully(path, { rate: 48000, channels: 2 }, mux.playedTrack);
  const heard = alignByShape(hear(decoded), joinRecordings(mux), HEARD_RATE);
  const playsSeconds = heard.alikeSeconds;
  const faults =
    playsSeconds > PLAYS_SECONDS
      ? [`refused, although ${playsSeconds.toFixed(2)} s can be played: ${detail}`]
      : [];
  return { outcome: code, faults };
}

interface Made {
  outcome: Converted;
  audio: Audio;
  played: Decode;
}

function summarise(outcome: Converted): string {
  const { incomplete, figures, notes = [] } = outcome;
  return [
    "converted",
    ...(incomplete ? [incomplete.reason] : []),
    ...(figures.readErrors > 0 ? ["read errors"] : []),
    ...(figures.missingSeconds > UNREPORTED_SECONDS ? ["missing"] : []),
    ...notes.map(({ code }) => code),
  ].join(", ");
}

function joinRecordings({ recordings }: Mux): Float32Array {
  return Float32Array.from(recordings.flatMap(({ heard }) => [...heard]));
}

async function compare({ path, mux, isMutant }: Case, made: Made): Promise<string[]> {
  const { outcome, audio, played } = made;
  const faults: string[] = [];
  const expect = (isRight: boolean, fault: string) => {
    if (!isRight) faults.push(fault);
  };
  const { channels, rate } = audio;
  const frames = audio.pcm.length / channels;
  const { durationSeconds, figures, incomplete, notes = [] } = outcome;
  // The MP3 has to be as long as the encoder's input. A copied frame may be one that can't be decoded.
  const hasBrokenFrames = audio === played && played.complaints !== "";
  expect(
    hasBrokenFrames || Math.abs(durationSeconds * rate - frames) < 1,
    `reports ${durationSeconds} s, and the encoder got ${frames / rate} s`,
  );
  const mp3Frames = played.pcm.length / channels;
  expect(Math.abs(mp3Frames - frames) < 1, `the MP3 has ${mp3Frames} of ${frames} samples`);
  const decoded = await decodeFully(path, { rate, channels }, mux.playedTrack);
  const gain = 10 ** (figures.peakGainDb / 20);
  const expected = gain === 1 ? decoded.pcm : decoded.pcm.map((sample) => sample * gain);
  const exact = alignExactly(audio.pcm, expected, channels, rate);
  const recorded = joinRecordings(mux);
  const own = alignByShape(hear(audio), recorded, HEARD_RATE);
  // A packet on each side of a hole may be lost, too, and the comparison itself has a tolerance.
  const rounding =
    UNREPORTED_SECONDS + mux.packetSeconds * (own.holes + 2 * mux.recordings.length - 1);
  if (!isWithin(exact, UNREPORTED_SECONDS)) {
    const other = alignByShape(hear(decoded), recorded, HEARD_RATE);
    const isBetter =
      own.extraSeconds <= other.extraSeconds + rounding &&
      // Noise in place of the recording is no better than nothing.
      own.replacedSeconds + own.lackingSeconds <=
        other.replacedSeconds + other.lackingSeconds + rounding;
    expect(
      isBetter,
      `differs from another decoder by ${show(exact)} of ${measure(decoded).toFixed(3)} s; from the recording by ${show(own)}, that decoder by ${show(other)}`,
    );
  }
  const lost = own.lackingSeconds;
  const reported = `${summarise(outcome)} ${JSON.stringify(incomplete ?? {})} ${figures.missingSeconds.toFixed(3)} ${figures.readErrors}`;
  if (!isMutant) {
    const coded = alignByShape(hear(played), hear(audio), HEARD_RATE);
    expect(isWithin(coded, 0.2), `the MP3 differs by ${show(coded)}`);
    expect(own.extraSeconds <= rounding, `has more than the recording: ${show(own)}`);
    const isWhole = mux.event !== "gap" && mux.event !== "cut";
    if (isWhole) {
      expect(isWithin(own, rounding), `differs from the whole recording by ${show(own)}`);
      if (mux.event !== "jump") {
        const isLate = mux.event === "late" && !incomplete;
        const isQuiet =
          !incomplete && figures.readErrors === 0 && figures.missingSeconds <= rounding;
        expect(isQuiet || isLate, `reports ${reported}, and the recording is whole`);
      }
    }
  }
  // A packet that can't be decoded spoils half of each neighbour.
  const readErrorSeconds = 2 * figures.readErrors * mux.packetSeconds;
  const isSized = incomplete?.missingSeconds !== undefined || figures.missingSeconds > 0;
  const isCovered = isSized || incomplete !== undefined || lost <= rounding + readErrorSeconds;
  const tolerated = mux.event === "gap" ? TOLERANCE_SECONDS : 0;
  if (lost > rounding + tolerated && !isCovered) {
    // Without timestamps, nothing shows that bytes between two packets are missing, and nothing how long
    // damaged parts were: that they are there is enough.
    const isNoted = notes.some(({ code }) => code === "unread-parts");
    const isUnknown = isNoted || (isMutant && decoded.complaints === "");
    const isSizeKnown =
      !isUnknown ||
      (await readTimes(path, mux.playedTrack)).gapSeconds > rounding + TOLERANCE_SECONDS;
    expect(
      !isSizeKnown,
      `reports ${reported}, but differs by ${show(own)}; the other decoder: ${decoded.complaints.slice(0, 200)}`,
    );
  }
  const reportedSeconds = Math.max(incomplete?.missingSeconds ?? 0, figures.missingSeconds);
  if (reportedSeconds > 0 && mux.event !== "jump" && mux.event !== "late") {
    const isKnown = mux.event !== "cut" && !isMutant;
    const off = reportedSeconds - lost;
    // A mutant's clock may jump, and its header may state another length: nobody knows which is right.
    const seen = isMutant && off > rounding ? await readTimes(path, mux.playedTrack) : NO_TIMES;
    const shownSeconds = Math.max(seen.gapSeconds, seen.statedSeconds - measure(audio));
    expect(
      isKnown
        ? Math.abs(off) <= rounding
        : Math.min(off, reportedSeconds - shownSeconds) <= rounding,
      `reports ${reported}, but differs by ${show(own)}`,
    );
  }
  return faults;
}

const NO_TIMES: SeenTimes = { gapSeconds: 0, statedSeconds: 0 };

/** The blocks at both ends and at a join needn't match. */
const JOIN_SECONDS = (4 * HEARD_BLOCK) / HEARD_RATE;

const isWithin = ({ lackingSeconds, extraSeconds, replacedSeconds }: Alignment, seconds: number) =>
  Math.max(lackingSeconds, extraSeconds, replacedSeconds - JOIN_SECONDS) <= seconds;

const show = ({ lackingSeconds, extraSeconds, replacedSeconds }: Alignment) =>
  `−${lackingSeconds.toFixed(3)} +${extraSeconds.toFixed(3)} ±${replacedSeconds.toFixed(3)} s`;

/** Judges `count` random files, whose seeds begin with `first`. A seed always gives the same file. */
export async function* judgeMuxes(first: number, count: number): AsyncGenerator<Judgement> {
  yield* drawAndJudge(first, count, async (seed, directory, recordings) => {
    const mux = await makeMux(seed, directory, recordings);
    return { path: mux.path, mux, isMutant: false };
  });
}

/** How many mutants share an original. */
const MUTANTS_PER_FILE = 8;

/** Judges `count` mutants of random files. */
export async function* judgeMutants(first: number, count: number): AsyncGenerator<Judgement> {
  const originals = new Map<number, Promise<Mux>>();
  yield* drawAndJudge(first, count, async (seed, directory, recordings) => {
    const number = 1_000_000 + Math.floor(seed / MUTANTS_PER_FILE);
    const original = originals.get(number) ?? makeMux(number, recordings, recordings, true);
    originals.set(number, original);
    const mux = await original;
    const path = join(directory, `mutant-${seed}`);
    await writeFile(path, mutate(await readFile(mux.path), createRandom(seed)));
    return { path, mux, isMutant: true };
  });
}

type Draw = (seed: number, directory: string, recordings: string) => Promise<Case>;

/** Draws and judges two cases at a time. */
async function* drawAndJudge(first: number, count: number, draw: Draw): AsyncGenerator<Judgement> {
  const recordings = await mkdtemp(join(tmpdir(), "judge-recordings-"));
  const judgeOne = async (seed: number): Promise<Judgement> => {
    const directory = await mkdtemp(join(tmpdir(), "judge-"));
    try {
      const given = await draw(seed, directory, recordings).catch(String);
      if (typeof given === "string") {
        return { seed, kind: "a file", outcome: "can't be made", faults: [given] };
      }
      const { container, codec, hasPictures, event } = given.mux;
      const kind = `${given.isMutant ? "mutant of " : ""}${container} ${codec}${hasPictures ? " with pictures" : ""}: ${event}`;
      return { seed, kind, ...(await judge(given, directory)) };
    } finally {
      await rm(directory, { recursive: true });
    }
  };
  try {
    const underWay: Promise<Judgement>[] = [];
    for (let seed = first; seed < first + count; seed++) {
      underWay.push(judgeOne(seed));
      if (underWay.length === 2) yield (await underWay.shift()) as Judgement;
    }
    for (const rest of underWay) yield await rest;
  } finally {
    await rm(recordings, { recursive: true });
  }
}
