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
import { type Decode, decodeFully, type Sound } from "./decode.ts";
import { type Mux, makeMux } from "./random-mux.ts";
import { HEARD_RATE, toHeard } from "./recording.ts";
import { startTap } from "./tap.ts";

export interface Judgement {
  seed: number;
  /** The kind of file. */
  kind: string;
  /** The engine's outcome, and what it says. */
  outcome: string;
  /** What is wrong with it; none where nothing is. */
  faults: string[];
}

/** By how much a conversion may differ without a word, in seconds. */
const UNSAID_SECONDS = 0.05;

/** A file is refused although it plays where a decoder gets so much of its recording. */
const PLAYS_SECONDS = 0.3;

/** What is judged, and what is known of it. */
interface Case {
  path: string;
  mux: Mux;
  isMutant: boolean;
}

type Converted = Extract<Outcome, { kind: "converted" }>;

/** Converts the file; `sound` is what went to the encoder or, of a copied track, what the MP3 holds. */
async function convert(path: string, directory: string, options: Partial<EngineOptions> = {}) {
  const { path: ffmpegPath } = await resolveFfmpeg();
  await using tap = await startTap(ffmpegPath, directory);
  const { outcome, sink } = await convertFile(path, {
    ...{ ffmpegPath: tap.ffmpegPath, workers: 1 },
    ...options,
  });
  if (outcome.kind === "failed") return { outcome, sound: undefined, mp3: undefined };
  const mp3 = sink.mp3 as Buffer;
  const tagged = mp3.toString("latin1", 0, 3) === "ID3" ? 10 + readId3Size(mp3, 6) : 0;
  const header = parseFrameHeader(mp3, tagged);
  if (!header) throw new Error("the MP3 begins with no frame");
  await writeFile(`${path}.mp3`, mp3);
  const format = { rate: header.sampleRate, channels: header.channels };
  const played = await decodeFully(`${path}.mp3`, format);
  const isCopy = outcome.figures.plan.startsWith("stream-copy");
  const sound = isCopy ? played : { pcm: tap.readSamples() ?? new Float32Array(), ...format };
  return { outcome, sound, played };
}

const hear = ({ pcm, channels, rate }: Sound) => toHeard(pcm, channels === 1 ? [2] : [1, 1], rate);

const measure = ({ pcm, channels, rate }: Sound) => pcm.length / channels / rate;

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
    return { outcome: say(made.outcome), faults: await compare(given, made as Made) };
  }
  const { code, detail, cause } = made.outcome;
  if (cause) return { outcome: code, faults: [`an error of the engine's: ${detail}`] };
  if (code === "truncated") {
    const whole = await convert(path, directory, { acceptIncomplete: true }).catch(thrown);
    if (whole.outcome === "thrown") return { outcome: "thrown", faults: [`${whole.detail}`] };
    if (whole.outcome.kind === "converted") {
      const faults = await compare(given, whole as Made);
      if (!whole.outcome.incomplete) faults.push("accepted as incomplete, and not called so");
      if (mux.event !== "cut" && !given.isMutant) faults.push(`truncated: ${detail}`);
      return { outcome: `truncated, accepted: ${say(whole.outcome)}`, faults };
    }
  }
  const decoded = await decodeFully(path, { rate: 48000, channels: 2 });
  const heard = alignByShape(hear(decoded), joinRecordings(mux), HEARD_RATE);
  const playsSeconds = heard.alikeSeconds;
  const faults =
    playsSeconds > PLAYS_SECONDS
      ? [`refused, and ${playsSeconds.toFixed(2)} s play: ${detail}`]
      : [];
  return { outcome: code, faults };
}

interface Made {
  outcome: Converted;
  sound: Sound;
  played: Decode;
}

function say(outcome: Converted): string {
  const { incomplete, figures, notes = [] } = outcome;
  return [
    "converted",
    ...(incomplete ? [incomplete.reason] : []),
    ...(figures.readErrors > 0 ? ["read errors"] : []),
    ...(figures.missingSeconds > UNSAID_SECONDS ? ["missing"] : []),
    ...notes.map(({ code }) => code),
  ].join(", ");
}

function joinRecordings({ recordings }: Mux): Float32Array {
  return Float32Array.from(recordings.flatMap(({ heard }) => [...heard]));
}

async function compare({ path, mux, isMutant }: Case, made: Made): Promise<string[]> {
  const { outcome, sound, played } = made;
  const faults: string[] = [];
  const expect = (isRight: boolean, fault: string) => {
    if (!isRight) faults.push(fault);
  };
  const { channels, rate } = sound;
  const frames = sound.pcm.length / channels;
  const { durationSeconds, figures, incomplete } = outcome;
  // The MP3 is what the encoder got.
  expect(
    Math.abs(durationSeconds * rate - frames) < 1,
    `says ${durationSeconds} s of ${frames / rate} s`,
  );
  const mp3Frames = played.pcm.length / channels;
  expect(Math.abs(mp3Frames - frames) < 1, `the MP3 has ${mp3Frames} samples of ${frames}`);
  const decoded = await decodeFully(path, { rate, channels });
  const gain = 10 ** (figures.heldDb / 20);
  const expected = gain === 1 ? decoded.pcm : decoded.pcm.map((sample) => sample * gain);
  const exact = alignExactly(sound.pcm, expected, channels, rate);
  const recorded = joinRecordings(mux);
  const own = alignByShape(hear(sound), recorded, HEARD_RATE);
  // A packet at each side of a hole, and the blocks that are compared.
  const rounding = UNSAID_SECONDS + mux.packetSeconds * (own.holes + 2 * mux.recordings.length - 1);
  if (!isWithin(exact, UNSAID_SECONDS)) {
    const other = alignByShape(hear(decoded), recorded, HEARD_RATE);
    const isBetter =
      own.lackingSeconds <= other.lackingSeconds + rounding &&
      own.extraSeconds <= other.extraSeconds + rounding &&
      own.replacedSeconds <= other.replacedSeconds + rounding;
    expect(
      isBetter,
      `differs by ${show(exact)} of ${measure(decoded).toFixed(3)} s; from the recording by ${show(own)}, another decoder by ${show(other)}`,
    );
  }
  const lost = own.lackingSeconds;
  const says = `${say(outcome)} ${JSON.stringify(incomplete ?? {})} ${figures.missingSeconds.toFixed(3)} ${figures.readErrors}`;
  if (!isMutant) {
    const coded = alignByShape(hear(played), hear(sound), HEARD_RATE);
    expect(isWithin(coded, 0.2), `the MP3 differs by ${show(coded)}`);
    expect(own.extraSeconds <= rounding, `has too much: ${show(own)}`);
    const isWhole = mux.event !== "gap" && mux.event !== "cut";
    if (isWhole) {
      expect(isWithin(own, rounding), `differs from the whole recording by ${show(own)}`);
      if (mux.event !== "jump") {
        const isLate = mux.event === "late" && !incomplete;
        const isQuiet = !incomplete && figures.missingSeconds <= rounding;
        expect(isQuiet || isLate, `says ${says} of a whole recording`);
      }
    }
  }
  // A packet that can't be decoded takes half of its neighbours with it.
  const readErrorSeconds = 2 * figures.readErrors * mux.packetSeconds;
  const isSized = incomplete?.missingSeconds !== undefined || figures.missingSeconds > 0;
  const isCovered = isSized || incomplete !== undefined || lost <= rounding + readErrorSeconds;
  // Bytes that are gone from between two packets leave no trace in files that have no times.
  const leavesTrace = !isMutant || decoded.complaints !== "";
  const tolerated = mux.event === "gap" ? TOLERANCE_SECONDS : 0;
  if (lost > rounding + tolerated && !isCovered && leavesTrace) {
    faults.push(
      `says ${says}, and it is ${show(own)}; the other decoder: ${decoded.complaints.slice(0, 200)}`,
    );
  }
  const saidSeconds = Math.max(incomplete?.missingSeconds ?? 0, figures.missingSeconds);
  if (saidSeconds > 0 && mux.event !== "jump" && mux.event !== "late") {
    const isKnown = mux.event !== "cut" && !isMutant;
    const off = saidSeconds - lost;
    expect((isKnown ? Math.abs(off) : off) <= rounding, `says ${says}, and it is ${show(own)}`);
  }
  return faults;
}

/** The blocks at both ends and at a join need not be alike. */
const JOIN_SECONDS = (4 * HEARD_BLOCK) / HEARD_RATE;

const isWithin = ({ lackingSeconds, extraSeconds, replacedSeconds }: Alignment, seconds: number) =>
  Math.max(lackingSeconds, extraSeconds, replacedSeconds - JOIN_SECONDS) <= seconds;

const show = ({ lackingSeconds, extraSeconds, replacedSeconds }: Alignment) =>
  `−${lackingSeconds.toFixed(3)} +${extraSeconds.toFixed(3)} ±${replacedSeconds.toFixed(3)} s`;

/** Judges `count` files drawn at random from `first` on; the file of a seed is the same for any count. */
export async function* judgeMuxes(first: number, count: number): AsyncGenerator<Judgement> {
  yield* drawAndJudge(first, count, async (seed, directory, recordings) => {
    const mux = await makeMux(seed, directory, recordings);
    return { path: mux.path, mux, isMutant: false };
  });
}

/** Mutants that are made of one file. */
const MUTANTS_PER_FILE = 8;

/** Judges `count` mutants of such files. */
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

/** Two at a time. */
async function* drawAndJudge(first: number, count: number, draw: Draw): AsyncGenerator<Judgement> {
  const recordings = await mkdtemp(join(tmpdir(), "judge-recordings-"));
  const judgeOne = async (seed: number): Promise<Judgement> => {
    const directory = await mkdtemp(join(tmpdir(), "judge-"));
    try {
      const given = await draw(seed, directory, recordings);
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
