import { execFile } from "node:child_process";
import { findFullFfmpeg } from "../media/full-ffmpeg.ts";
import { toFloats } from "./tap.ts";

/** Decoded audio. */
export interface Audio {
  pcm: Float32Array;
  rate: number;
  channels: number;
}

export interface Decode extends Audio {
  /** ffmpeg's messages about the file and its audio. */
  complaints: string;
}

/** ffmpeg's messages about the times of the decoded samples, and those of decoders of pictures. */
const NOT_OF_THE_AUDIO =
  /^(?:.*(?:non monotonically increasing dts|Last message repeated)|\[(?:mpeg4|mpeg2video|h263|flv|wmv2) @).*\n/gm;

/**
 * Decodes one of a file's audio tracks with the full ffmpeg, and mixes its channels as the engine does.
 * If the decoder gives up, the result is what it had decoded by then.
 */
export async function decodeFully(
  path: string,
  { rate, channels }: Pick<Audio, "rate" | "channels">,
  track = 0,
): Promise<Decode> {
  const ffmpeg = await findFullFfmpeg();
  const layout = channels === 1 ? "mono" : "stereo";
  const mix = `aresample=${rate}:rematrix_maxval=1,aformat=sample_fmts=flt:channel_layouts=${layout}`;
  const args = ["-v", "error", "-i", path, "-map", `0:a:${track}`, "-af", mix, "-f", "f32le", "-"];
  return await new Promise((resolve) => {
    execFile(
      ffmpeg,
      args,
      { encoding: "buffer", maxBuffer: 1 << 28, timeout: 120_000 },
      (_error, stdout, stderr) =>
        resolve({
          ...{ pcm: toFloats(stdout), rate, channels },
          complaints: stderr.toString("latin1").replace(NOT_OF_THE_AUDIO, ""),
        }),
    );
  });
}

/** Smaller gaps don't count, because writers round times. */
const LEAST_GAP_SECONDS = 0.05;

/** What the full ffmpeg sees of a file's times. */
export interface SeenTimes {
  /** The sum of the gaps between the times of the decoded frames. */
  gapSeconds: number;
  /** The length that the file states, or 0. */
  statedSeconds: number;
}

/** Reads the times of one of a file's audio tracks with the full ffmpeg. */
export async function readTimes(path: string, track: number): Promise<SeenTimes> {
  const ffmpeg = await findFullFfmpeg();
  const args = ["-i", path, "-map", `0:a:${track}`, "-af", "ashowinfo", "-f", "null", "-"];
  const log = await new Promise<string>((resolve) => {
    execFile(
      ffmpeg,
      args,
      { encoding: "latin1", maxBuffer: 1 << 28, timeout: 120_000 },
      (_error, _stdout, stderr) => resolve(stderr),
    );
  });
  let gapSeconds = 0;
  let end: number | undefined;
  const frames = log.matchAll(/ pts_time:(-?[\d.]+) .* rate:(\d+) nb_samples:(\d+) /g);
  for (const [start = 0, rate = 1, samples = 0] of [...frames].map((f) => f.slice(1).map(Number))) {
    const gap = start - (end ?? start);
    if (gap > LEAST_GAP_SECONDS) gapSeconds += gap;
    end = Math.max(end ?? start, start + samples / rate);
  }
  const clock = /^ {2}Duration: (\d+):(\d\d):([\d.]+)/m.exec(log)?.slice(1).map(Number) ?? [];
  return { gapSeconds, statedSeconds: clock.reduce((sum, part) => sum * 60 + part, 0) };
}
