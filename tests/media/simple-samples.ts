/** Makes small files of formats with a short header, or of which any bits are audio, that ffmpeg can't write. */
import { createRandom } from "./random.ts";
import { be32, le32, SECONDS, sweep } from "./rare-samples.ts";

const RATE = 16_000;
const SAMPLES = SECONDS * RATE;

const be16 = (value: number) => be32(value).subarray(2);
const be24 = (value: number) => be32(value).subarray(1);

/** A rising tone in 16 bits, big-endian. */
function makePcm(): Buffer {
  const pcm = Buffer.alloc(2 * SAMPLES);
  for (let n = 0; n < SAMPLES; n++) pcm.writeInt16BE(Math.round(32_767 * sweep(n / RATE)), 2 * n);
  return pcm;
}

function makeRandomBytes(seed: number, length: number): Buffer {
  const random = createRandom(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(256 * random())));
}

/** The Atari's format. */
export const makeAvr = () =>
  Buffer.concat([
    ...[Buffer.from("2BIT"), Buffer.alloc(8), be16(0), be16(16), be16(0xffff), Buffer.alloc(5)],
    ...[be24(RATE), Buffer.alloc(102), makePcm()],
  ]);

/** Ensoniq PARIS: a header of 2,048 bytes. */
export const makePaf = () =>
  Buffer.concat([
    Buffer.from("fap "),
    le32(0, 1, RATE, 0, 1, 1),
    Buffer.alloc(2020),
    makePcm().swap16(),
  ]);

/** mgetty's format for voice messages. */
export const makePvf = () => Buffer.concat([Buffer.from(`PVF1\n1 ${RATE} 16\n`), makePcm()]);

/** Psion's: A-law at 8 kHz, of which any bytes are audio. */
export const makeWve = () => {
  const samples = SECONDS * 8000;
  const tail = Buffer.from("\0\0\0\x01\0\0\0\0\0\0", "latin1");
  const head = Buffer.from("ALawSoundFile**\0\x0f\x10", "latin1");
  return Buffer.concat([head, be32(samples), tail, makeRandomBytes(1, samples)]);
};

/** The classic Macintosh's: differences in a Huffman code, here of one bit for up and down. */
export function makeHcom(): Buffer {
  const samples = SECONDS * 22_050;
  const bits = Buffer.alloc(4 * Math.ceil(samples / 32));
  let level = 0;
  for (let n = 0; n < samples; n++) {
    const isUp = 250 * sweep(n / 22_050) > level;
    level += isUp ? 8 : -8;
    if (isUp) bits[n >> 3] = (bits[n >> 3] ?? 0) | (0x80 >> (n & 7));
  }
  const macBinary = Buffer.alloc(128);
  macBinary.write("FSSD", 65);
  const tree = [1, 2, -1, -8, -1, 8].map((value) => be16(value & 0xffff));
  return Buffer.concat([
    ...[macBinary, Buffer.from("HCOM"), be32(samples), be32(0), be32(1), be32(1), be16(3)],
    ...[...tree, Buffer.from([0, 0x80]), bits],
  ]);
}

/** Quite OK Audio: frames of 256 slices, each with 20 samples in 64 bits. */
export function makeQoa(): Buffer {
  const frames = Math.ceil(SAMPLES / 5120);
  const head = Buffer.concat([Buffer.from("qoaf"), be32(frames * 5120)]);
  const frame = (index: number) => {
    const slices = makeRandomBytes(index, 256 * 8);
    // The upper four bits are the volume.
    for (let at = 0; at < slices.length; at += 8) slices[at] = 0x40 | ((slices[at] ?? 0) & 15);
    const weights = [0, 0, -8192, 16_384].map((value) => be16(value & 0xffff));
    const size = 8 + 16 + slices.length;
    return [
      Buffer.from([1]),
      be24(RATE),
      be16(5120),
      be16(size),
      Buffer.alloc(8),
      ...weights,
      slices,
    ];
  };
  return Buffer.concat([
    head,
    ...Array.from({ length: frames }, (_, index) => frame(index)).flat(),
  ]);
}

/** A MIDI sample dump: packets of 127 bytes with 40 samples in three times seven bits. */
export function makeSds(): Buffer {
  const sevens = (value: number) =>
    Buffer.from([value & 127, (value >> 7) & 127, (value >> 14) & 127]);
  const head = [Buffer.from([0xf0, 0x7e, 0, 1, 0, 0, 16]), sevens(1e9 / RATE), sevens(SAMPLES)];
  const packets = Array.from({ length: SAMPLES / 40 }, (_, packet) => {
    const words = Array.from({ length: 40 }, (_, n) => {
      const value = Math.round(32_767 * (1 + sweep((packet * 40 + n) / RATE))) & 0xffff;
      return Buffer.from([value >> 9, (value >> 2) & 127, (value & 3) << 5]);
    });
    const start = Buffer.from([0xf0, 0x7e, 0, 2, packet & 127]);
    return Buffer.concat([start, ...words, Buffer.from([0, 0xf7])]);
  });
  return Buffer.concat([...head, sevens(0), sevens(0), Buffer.from([0, 0xf7]), ...packets]);
}

/** iLBC: frames of 30 ms in 50 bytes, of any bits. */
export const makeIlbc = () =>
  Buffer.concat([Buffer.from("#!iLBC30\n"), makeRandomBytes(2, 50 * Math.round(SECONDS / 0.03))]);
