import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertMedia } from "../../engine/convert-media.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { MemorySink } from "../media/file-source.ts";
import { generate, type MediaName, makeMedia } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";
import { makeHostileFiles } from "./hostile-files.ts";
import { mutate } from "./mutate.ts";

/** Far more than any of these files takes. */
const LONGEST_SECONDS = 60;

/** The largest MP3 that a file of less than a megabyte may become. */
const LARGEST_MP3_BYTES = 64 * 1024 * 1024;

export interface HostileResult {
  /** The code of the failure, "converted", or what went wrong: "thrown: …", "engine error: …". */
  outcome: string;
  isHeld: boolean;
}

/** Converts bytes, and returns whether the engine kept its promises: one outcome, within limits of time and size. */
async function convertHostile(bytes: Buffer): Promise<HostileResult> {
  const { path: ffmpegPath } = await resolveFfmpeg();
  const source = {
    sizeBytes: bytes.length,
    async *read(startByte: number, endByte: number) {
      yield bytes.subarray(startByte, endByte);
    },
  };
  const sink = new MemorySink();
  const options = { quality: "v2", fallbackTitle: "", ffmpegPath, remainingSeconds: 900 } as const;
  try {
    const outcome = await convertMedia(source, sink, options, {
      signal: AbortSignal.timeout(LONGEST_SECONDS * 1000),
    });
    if (outcome.kind === "failed") {
      const { cause, code } = outcome;
      return cause
        ? { outcome: `engine error: ${cause.stack}`, isHeld: false }
        : { outcome: code, isHeld: true };
    }
    const isHeld =
      outcome.durationSeconds > 0 &&
      Number.isFinite(outcome.durationSeconds) &&
      outcome.sizeBytes === sink.mp3?.length &&
      outcome.sizeBytes < LARGEST_MP3_BYTES;
    return { outcome: isHeld ? "converted" : `converted: ${JSON.stringify(outcome)}`, isHeld };
  } catch (error) {
    return { outcome: `thrown: ${(error as Error).stack}`, isHeld: false };
  }
}

/** The files of {@link makeHostileFiles}, each with its outcome, and what took the bait. */
export async function convertHostileFiles() {
  const directory = await mkdtemp(join(tmpdir(), "hostile-"));
  const baitPath = join(directory, "bait.wav");
  await generate(`-f lavfi -i sine=d=3 ${baitPath}`);
  const requests: string[] = [];
  const bait = await readFile(baitPath);
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.end(bait);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bait.wav`;
  try {
    const results: Record<string, HostileResult> = {};
    for (const [name, bytes] of Object.entries(makeHostileFiles({ path: baitPath, url }))) {
      results[name] = await convertHostile(bytes);
    }
    return { results, requests };
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  }
}

const MUTATED: readonly MediaName[] = [
  "mp4-aac-faststart",
  "mp4-aac-fragmented",
  "mp4-opus",
  "mov-pcm",
  "mov-alac",
  "mkv-opus",
  "mkv-aac",
  "mkv-flac",
  "webm-vorbis",
  "avi-mp3",
  "ts-aac",
  "ts-ac3",
  "mpg-mp2",
  "flv-aac",
  "ogg-vorbis",
  "opus",
  "wav-s16",
  "wav-float-96k",
  "flac",
  "mp3",
  "aac-adts",
  "wma",
  "ac3",
  "aiff",
];

/**
 * Converts `count` mutants, the same ones for the same `seed`. The mutant `number` of a seed is the
 * same for any count, so that a single one can be reproduced.
 */
export async function* convertMutants(seed: number, count: number, first = 0) {
  const directory = await mkdtemp(join(tmpdir(), "mutants-"));
  const originals = new Map<MediaName, Buffer>();
  try {
    for (let number = first; number < first + count; number++) {
      const random = createRandom(seed * 1_000_003 + number);
      const name = MUTATED[number % MUTATED.length] as MediaName;
      let original = originals.get(name);
      if (!original) {
        original = await readFile(await makeMedia(name, directory));
        originals.set(name, original);
      }
      yield { number, name, ...(await convertHostile(mutate(original, random))) };
    }
  } finally {
    await rm(directory, { recursive: true });
  }
}
