import type { Readable } from "node:stream";
import { toArguments } from "../ffmpeg/arguments.ts";
import type { ProcessEnd } from "../ffmpeg/process.ts";
import { PCM_OUTPUT, startDecoder } from "./decoder.ts";
import type { TranscodeJob } from "./transcode-job.ts";

/** The silence at both ends of the selection, in seconds. */
export interface Silence {
  startSeconds: number;
  endSeconds: number;
}

export const NO_SILENCE: Silence = { startSeconds: 0, endSeconds: 0 };

/** −50 dBFS. A good recording's noise is quieter, and anything that people listen to is louder. */
const QUIETEST_SAMPLE = 10 ** (-50 / 20);
/** How much silence is kept at each end, because audio may fade in and out below the threshold. */
const MARGIN_SECONDS = 0.2;
/** At this rate, in Hz, all voices and instruments are noticed. An hour takes 115 MB per channel. */
const SAMPLE_RATE = 8000;

/**
 * Decodes the audio once before it is encoded, which means reading the source twice. Returns its length
 * and the silence at its ends. If everything is silent, that counts as no silence, because there has to
 * be an MP3.
 */
export async function measureSilence(
  job: TranscodeJob,
  signal: AbortSignal,
): Promise<{ ends: ProcessEnd[]; seconds: number; silence: Silence }> {
  const decoder = startDecoder(
    job,
    {
      graph: (filters) => `${filters},aresample=${SAMPLE_RATE}[out]`,
      outputs: [...toArguments({ map: "[out]", ...PCM_OUTPUT }), "pipe:1"],
      stdio: ["ignore", "pipe", "pipe"],
    },
    signal,
  );
  let count = 0;
  let first = -1;
  let last = -1;
  for await (const samples of readSamples(decoder.child.stdout as Readable)) {
    for (let index = 0; index < samples.length; index++) {
      const sample = samples[index] as number;
      if (sample <= QUIETEST_SAMPLE && sample >= -QUIETEST_SAMPLE) continue;
      if (first < 0) first = count + index;
      last = count + index;
    }
    count += samples.length;
  }
  const toSeconds = (samples: number) => samples / (SAMPLE_RATE * job.channels);
  const toSilence = (samples: number) => Math.max(0, toSeconds(samples) - MARGIN_SECONDS);
  return {
    ends: await decoder.ended,
    seconds: toSeconds(count),
    silence:
      first < 0
        ? NO_SILENCE
        : { startSeconds: toSilence(first), endSeconds: toSilence(count - 1 - last) },
  };
}

/** Reads 32-bit floating-point samples in the machine's byte order, which ffmpeg uses here, too. */
async function* readSamples(stream: Readable): AsyncGenerator<Float32Array> {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    const wholeBytes = bytes.length - (bytes.length % 4);
    rest = bytes.subarray(wholeBytes);
    // The copy starts at a multiple of 4. A piece of Node's buffer pool may not.
    yield new Float32Array(Uint8Array.from(bytes.subarray(0, wholeBytes)).buffer);
  }
}
