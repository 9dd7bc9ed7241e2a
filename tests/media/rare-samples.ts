/** Makes small files of formats that ffmpeg has no muxer for. */
import { createRandom } from "./random.ts";

export const SECONDS = 1.5;

/** Returns a rising tone's value at `t` seconds, between −0.5 and 0.5. */
export const sweep = (t: number) => 0.5 * Math.sin(2 * Math.PI * (200 + 900 * t) * t);

export const le32 = (...values: number[]) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, 4 * index);
  return bytes;
};
export const be32 = (value: number) => le32(value).reverse();
const le64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** Makes the Amiga's format: signed bytes in an IFF form. */
export function make8svx(): Buffer {
  const sampleRate = 16_000;
  const body = Buffer.alloc(SECONDS * sampleRate);
  for (let at = 0; at < body.length; at++)
    body.writeInt8(Math.round(127 * sweep(at / sampleRate)), at);
  const rate = Buffer.alloc(4);
  rate.writeUInt16BE(sampleRate);
  rate[2] = 1;
  const voice = Buffer.concat([be32(body.length), be32(0), be32(0), rate, be32(0x10000)]);
  const chunk = (id: string, data: Buffer) =>
    Buffer.concat([Buffer.from(id), be32(data.length), data]);
  const chunks = Buffer.concat([Buffer.from("8SVX"), chunk("VHDR", voice), chunk("BODY", body)]);
  return chunk("FORM", chunks);
}

/** Makes DSD: one bit per sample, at 64 times a CD's rate, with its noise above what can be heard. */
export function makeDsf(): Buffer {
  const sampleRate = 2_822_400;
  const blockBytes = 4096;
  const blocks = Math.round((SECONDS * sampleRate) / 8 / blockBytes);
  const data = Buffer.alloc(blocks * blockBytes);
  let error = 0;
  for (let bit = 0; bit < data.length * 8; bit++) {
    const wanted = sweep(bit / sampleRate) + error;
    if (wanted >= 0) data[bit >> 3] = (data[bit >> 3] as number) | (1 << (bit & 7));
    error = wanted - (wanted >= 0 ? 1 : -1);
  }
  const samples = data.length * 8;
  const format = Buffer.concat([
    ...[Buffer.from("fmt "), le64(52), le32(1, 0, 1, 1, sampleRate, 1)],
    ...[le64(samples), le32(blockBytes, 0)],
  ]);
  const content = Buffer.concat([format, Buffer.from("data"), le64(12 + data.length), data]);
  return Buffer.concat([
    Buffer.from("DSD "),
    le64(28),
    le64(28 + content.length),
    le64(0),
    content,
  ]);
}

/** Makes the format of speech corpora: a text header of 1,024 bytes, then PCM. */
export function makeNistSphere(): Buffer {
  const sampleRate = 16_000;
  const pcm = Buffer.alloc(2 * SECONDS * sampleRate);
  for (let at = 0; at < pcm.length / 2; at++)
    pcm.writeInt16LE(Math.round(32_767 * sweep(at / sampleRate)), 2 * at);
  const fields = {
    ...{ "channel_count -i": 1, "sample_rate -i": sampleRate, "sample_n_bytes -i": 2 },
    ...{ "sample_count -i": pcm.length / 2, "sample_coding -s3": "pcm" },
    ...{ "sample_byte_format -s2": "01" },
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name} ${value}\n`);
  const header = `NIST_1A\n   1024\n${lines.join("")}end_head\n`;
  return Buffer.concat([Buffer.from(header.padEnd(1024)), pcm]);
}

/** Makes frames of 33 bytes that begin with 0xD. Any other bits are valid audio. */
export function makeGsm(): Buffer {
  const random = createRandom(33);
  const frames = Buffer.alloc(33 * Math.round(SECONDS * 50));
  for (let at = 0; at < frames.length; at++) {
    const byte = Math.floor(256 * random());
    frames[at] = at % 33 === 0 ? 0xd0 | (byte & 15) : byte;
  }
  return frames;
}

/** Makes what early DV capture programs wrote: `dv`'s pictures and audio in a single stream. */
export function makeTypeOneAvi(dv: Buffer): Buffer {
  const frameBytes = 144_000;
  const chunk = (id: string, ...pieces: Buffer[]) => {
    const data = Buffer.concat(pieces);
    return Buffer.concat([Buffer.from(id), le32(data.length), data]);
  };
  const list = (id: string, ...chunks: Buffer[]) => chunk("LIST", Buffer.from(id), ...chunks);
  const frames = Array.from({ length: dv.length / frameBytes }, (_, index) =>
    chunk("00__", dv.subarray(index * frameBytes, (index + 1) * frameBytes)),
  );
  const main = le32(40_000, 3_600_000, 0, 0x100, frames.length, 0, 1, frameBytes, 720, 576);
  const stream = Buffer.concat([
    ...[Buffer.from("iavsdvsd"), le32(0, 0, 0, 1, 25, 0, frames.length, frameBytes, 0, 0)],
    Buffer.alloc(8),
  ]);
  return chunk(
    "RIFF",
    Buffer.from("AVI "),
    list(
      "hdrl",
      chunk("avih", main, Buffer.alloc(16)),
      list("strl", chunk("strh", stream), chunk("strf", Buffer.alloc(32))),
    ),
    list("movi", ...frames),
  );
}

/** Makes a recording of a player's digital output, which has AC-3 packets in place of stereo PCM. */
export function wrapInWav(spdif: Buffer): Buffer {
  const format = le32(0x00020001, 48_000, 192_000, 0x00100004);
  const data = [Buffer.from("data"), le32(spdif.length), spdif];
  const content = Buffer.concat([Buffer.from("WAVEfmt "), le32(16), format, ...data]);
  return Buffer.concat([Buffer.from("RIFF"), le32(content.length), content]);
}
