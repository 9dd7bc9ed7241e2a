import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutate } from "../hostile/mutate.ts";
import { compareAudio, decodeAudio, JUDGE_RATE, JUDGE_SECONDS } from "../media/compare-audio.ts";
import { convertFile } from "../media/convert-file.ts";
import { createRandom } from "../media/random.ts";
import { makeMux } from "./random-mux.ts";

export interface Judgement {
  seed: number;
  /** The kind of file. */
  kind: string;
  /** The engine's outcome, and what it says. */
  outcome: string;
  /** What is wrong with it; undefined where nothing is. */
  fault: string | undefined;
}

/** Of a converted file, how much may differ where nothing is said: a block at a join. */
const UNSAID_SECONDS = 0.25;

/** A file is refused although it plays where a decoder gets so much of it. */
const PLAYS_SECONDS = 0.3;

/** Converts a file, and judges the outcome by what another ffmpeg decodes of the same file. */
async function judge(
  path: string,
  isWhole: boolean,
): Promise<Pick<Judgement, "outcome" | "fault">> {
  const expected = await decodeAudio(path).catch(() => new Float32Array());
  const { outcome, sink } = await convertFile(path).catch((error: Error) => ({
    outcome: { kind: "thrown" as const, detail: error.message },
    sink: undefined,
  }));
  if (outcome.kind === "thrown") return { outcome: "thrown", fault: outcome.detail };
  if (outcome.kind === "failed") {
    const { code, detail, cause } = outcome;
    const plays = isWhole && expected.length / 2 / JUDGE_RATE > PLAYS_SECONDS;
    const fault = cause ? `engine error: ${detail}` : plays ? `refused: ${detail}` : undefined;
    return { outcome: code, fault };
  }
  const { incomplete, figures } = outcome;
  const said = [
    ...(incomplete ? [incomplete.reason] : []),
    ...(figures.readErrors > 0 ? ["read errors"] : []),
    ...(figures.heldDb < 0 ? ["held"] : []),
    ...(figures.missingSeconds > JUDGE_SECONDS ? ["missing"] : []),
  ];
  const name = ["converted", ...said].join(", ");
  const mp3 = `${path}.mp3`;
  await writeFile(mp3, sink?.mp3 ?? "");
  const verdict = compareAudio(expected, await decodeAudio(mp3));
  const isAlike =
    Math.abs(verdict.longerSeconds) <= JUDGE_SECONDS && verdict.differentSeconds <= UNSAID_SECONDS;
  const isSaid = said.length > 0;
  return { outcome: name, fault: isAlike || isSaid ? undefined : JSON.stringify(verdict) };
}

/** Judges `count` files drawn at random from `first` on; the file of a seed is the same for any count. */
export async function* judgeMuxes(first: number, count: number): AsyncGenerator<Judgement> {
  yield* drawAndJudge(first, count, async (seed, directory) => makeMux(seed, directory));
}

/** Mutants that are made of one file. */
const MUTANTS_PER_FILE = 8;

/** Judges `count` mutants of such files. */
export async function* judgeMutants(first: number, count: number): AsyncGenerator<Judgement> {
  yield* drawAndJudge(first, count, async (seed, directory) => {
    const original = await makeMux(1_000_000 + Math.floor(seed / MUTANTS_PER_FILE), directory);
    const mutant = mutate(await readFile(original.path), createRandom(seed));
    const path = `${original.path}.${seed}`;
    await writeFile(path, mutant);
    return { path, kind: `mutant of ${original.kind}`, isWhole: false };
  });
}

type Draw = (
  seed: number,
  directory: string,
) => Promise<{ path: string; kind: string; isWhole: boolean }>;

/** Two at a time. */
async function* drawAndJudge(first: number, count: number, draw: Draw): AsyncGenerator<Judgement> {
  const judgeOne = async (seed: number): Promise<Judgement> => {
    const directory = await mkdtemp(join(tmpdir(), "judge-"));
    try {
      const { path, kind, isWhole } = await draw(seed, directory);
      return { seed, kind, ...(await judge(path, isWhole)) };
    } finally {
      await rm(directory, { recursive: true });
    }
  };
  const underWay: Promise<Judgement>[] = [];
  for (let seed = first; seed < first + count; seed++) {
    underWay.push(judgeOne(seed));
    if (underWay.length === 2) yield (await underWay.shift()) as Judgement;
  }
  for (const rest of underWay) yield await rest;
}
