import { makeWavHeader, WAV_HEADER_BYTES } from "./wav-header.ts";

/** Makes a 16-bit WAV at 48,000 Hz. `read` returns a channel's sample as a value from −1 to 1. */
export function makeWav(
  samples: number,
  channels: number,
  read: (sample: number, channel: number) => number,
): Buffer {
  const dataBytes = samples * channels * 2;
  const header = makeWavHeader({ sampleRate: 48_000, channels, sampleBits: 16, dataBytes });
  const wav = Buffer.concat([header, Buffer.alloc(dataBytes)]);
  for (let sample = 0; sample < samples; sample++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = Math.round(read(sample, channel) * 32767);
      wav.writeInt16LE(value, WAV_HEADER_BYTES + (sample * channels + channel) * 2);
    }
  }
  return wav;
}
