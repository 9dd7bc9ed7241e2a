/** Makes a 16-bit WAV at 48,000 Hz. `read` returns a channel's sample as a value from −1 to 1. */
export function makeWav(
  samples: number,
  channels: number,
  read: (sample: number, channel: number) => number,
): Buffer {
  const wav = Buffer.alloc(44 + samples * channels * 2);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(channels, 22);
  wav.writeUInt32LE(48_000, 24);
  wav.writeUInt32LE(48_000 * channels * 2, 28);
  wav.writeUInt16LE(channels * 2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(wav.length - 44, 40);
  for (let sample = 0; sample < samples; sample++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = Math.round(read(sample, channel) * 32767);
      wav.writeInt16LE(value, 44 + (sample * channels + channel) * 2);
    }
  }
  return wav;
}
