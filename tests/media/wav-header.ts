export const WAV_HEADER_BYTES = 44;

/**
 * Makes the header of a WAV (RIFF MCI).
 *
 * @param format.sampleBits 32 means floating-point samples, and anything else integers
 */
export function makeWavHeader(format: {
  sampleRate: number;
  channels: number;
  sampleBits: 8 | 16 | 32;
  dataBytes: number;
}): Buffer {
  const { sampleRate, channels, sampleBits, dataBytes } = format;
  const frameBytes = (channels * sampleBits) / 8;
  const header = Buffer.alloc(WAV_HEADER_BYTES);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(WAV_HEADER_BYTES - 8 + dataBytes, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(sampleBits === 32 ? 3 : 1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * frameBytes, 28);
  header.writeUInt16LE(frameBytes, 32);
  header.writeUInt16LE(sampleBits, 34);
  header.write("data", 36, "latin1");
  header.writeUInt32LE(dataBytes, 40);
  return header;
}
