import {
  ALL_FORMATS,
  type AudioSample,
  AudioSampleSink,
  BlobSource,
  Input,
  type InputAudioTrack,
} from "mediabunny";

/** How many columns a waveform has. */
const COLUMNS = 500;
/** How many moments of each column are decoded. Decoding an hour in full takes half a minute. */
const MOMENTS = 3;

interface Peaks {
  /** The loudest sample of each column, from 0 to 1; shorter until everything is read. */
  peaks: Float32Array<ArrayBuffer>;
  durationSeconds: number;
}

/**
 * Decodes enough of a recording's audio to draw it, and yields intermediate results now and then.
 *
 * @throws Error if the browser can't decode it.
 */
export async function* readPeaks(file: Blob): AsyncGenerator<Peaks> {
  using input = new Input({ formats: ALL_FORMATS, source: new BlobSource(file) });
  const track = await input.getPrimaryAudioTrack();
  if (track === null || !(await track.canDecode())) throw new Error("It can't be decoded here.");
  const durationSeconds = await track.computeDuration();
  const peaks = new Float32Array(COLUMNS);
  let shown = 0;
  for await (const { column, sample } of decodeMoments(track, durationSeconds)) {
    peaks[column] = Math.max(peaks[column] ?? 0, findPeak(sample));
    if (column < shown + COLUMNS / 20) continue;
    shown = column;
    yield { peaks: peaks.slice(0, column), durationSeconds };
  }
  yield { peaks, durationSeconds };
}

async function* decodeMoments(track: InputAudioTrack, durationSeconds: number) {
  const step = durationSeconds / (COLUMNS * MOMENTS);
  const times = Array.from({ length: COLUMNS * MOMENTS }, (_, at) => at * step);
  let at = 0;
  for await (const found of new AudioSampleSink(track).samplesAtTimestamps(times)) {
    const column = Math.floor(at++ / MOMENTS);
    if (found === null) continue;
    using sample = found;
    yield { column, sample };
  }
}

function findPeak(sample: AudioSample): number {
  const options = { planeIndex: 0, format: "f32-planar" } as const;
  const values = new Float32Array(sample.allocationSize(options) / 4);
  sample.copyTo(values, options);
  let peak = 0;
  for (const value of values) peak = Math.max(peak, Math.abs(value));
  return Math.min(1, peak);
}
