import { createRandom } from "./random.ts";
import { makeWavHeader, WAV_HEADER_BYTES } from "./wav-header.ts";

interface Format {
  sampleRate: number;
  channels: 1 | 2;
  samples: number;
}

function makeSilence({ sampleRate, channels, samples }: Format): Buffer {
  const dataBytes = samples * channels * 2;
  const header = makeWavHeader({ sampleRate, channels, sampleBits: 16, dataBytes });
  return Buffer.concat([header, Buffer.alloc(dataBytes)]);
}

/** Makes a second of loud noise, then silence with a click every `clickSamples`, like a clock's. */
export function makeTicking(request: Format & { clickSamples: number }): Buffer {
  const { sampleRate, channels, samples, clickSamples } = request;
  const random = createRandom(1);
  const wav = makeSilence(request);
  const write = (index: number, value: number) =>
    wav.writeInt16LE(Math.round(value * 32767), WAV_HEADER_BYTES + index * channels * 2);
  for (let index = 0; index < samples; index++) {
    if (index < sampleRate) write(index, random() * 2 - 1);
    else if (index % clickSamples === 0) write(index, 0.7);
  }
  return wav;
}

/** Makes a sung vowel: forty harmonics of a voice with vibrato, the same in both channels. */
export function makeVowel(request: Format): Buffer {
  const { sampleRate, channels, samples } = request;
  const wav = makeSilence(request);
  let phase = 0;
  for (let index = 0; index < samples; index++) {
    const seconds = index / sampleRate;
    phase += (2 * Math.PI * (196 + 4 * Math.sin(2 * Math.PI * 5.5 * seconds))) / sampleRate;
    let value = 0;
    for (let harmonic = 1; harmonic <= 40; harmonic++) {
      value += Math.sin(phase * harmonic) / harmonic ** 1.3;
    }
    for (let channel = 0; channel < channels; channel++) {
      const at = WAV_HEADER_BYTES + (index * channels + channel) * 2;
      wav.writeInt16LE(Math.round(value * 0.3 * 32767), at);
    }
  }
  return wav;
}

/**
 * Makes a 16-bit WAV of passages that an encoder carries over to the next: loud noise, near silence,
 * tones, clicks, sweeps and digital silence, each between 50 ms and 3 s, with hard cuts between them.
 */
export function makeSignal(request: Format & { seed: number }): Buffer {
  const { seed, sampleRate, channels, samples } = request;
  const random = createRandom(seed ^ 0x5eed);
  const wav = makeSilence(request);
  let left = 0;
  let kind = 0;
  let level = 0;
  let pitch = 0;
  let width = 0;
  for (let index = 0; index < samples; index++) {
    if (left-- <= 0) {
      left = Math.floor(sampleRate * (0.05 + random() ** 2 * 3));
      kind = Math.floor(random() * 6);
      level = 10 ** (-random() * 4.5);
      pitch = (40 + random() ** 2 * sampleRate * 0.4) / sampleRate;
      width = random();
    }
    const phase = 2 * Math.PI * pitch * index;
    const noise = random() * 2 - 1;
    const value =
      kind === 0
        ? noise
        : kind === 1
          ? Math.sin(phase)
          : kind === 2
            ? Number(random() < 0.0005) * Math.sign(noise)
            : kind === 3
              ? 0
              : kind === 4
                ? Math.sin(phase * (1 + left / sampleRate / 10)) * 0.7 + noise * 0.3
                : Math.sin(phase) * Math.sin(phase * 1.5) * Math.abs(Math.sin(index / sampleRate));
    for (let channel = 0; channel < channels; channel++) {
      const side = channel === 0 ? value : value * (1 - width) + (random() * 2 - 1) * width * 0.5;
      wav.writeInt16LE(
        Math.round(Math.max(-1, Math.min(1, side * level)) * 32767),
        WAV_HEADER_BYTES + (index * channels + channel) * 2,
      );
    }
  }
  return wav;
}
