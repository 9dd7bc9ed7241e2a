import { Fields } from "../../../parsing/fields.ts";
import type { StreamSource } from "../../ffmpeg/loopback-server.ts";
import type { AudioTrack } from "./audio-track.ts";

const HEADER_BYTES = 7;

/** The largest packet that fits the header's 13-bit length field. */
const LARGEST_PACKET_BYTES = 0x1fff - HEADER_BYTES;

/** The stream is sent in pieces of this size. */
const PIECE_BYTES = 64 * 1024;

/** Describes a track whose packets can be sent as ADTS, a format without an index. */
export interface AdtsTrack {
  /** The header of each packet (ISO/IEC 14496-3 §1.A.3.2), with the length left blank. */
  header: Buffer;
  /** The size of each packet in bytes, as 32-bit numbers. */
  sizes: Buffer;
}

/**
 * The accepted sample rates in Hz, in the order of their ADTS numbers (ISO/IEC 14496-3 table 1.18).
 */
const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000];
const PACKET_SAMPLES = 1024;

/**
 * Builds the ADTS header for packets of these `sizes`.
 *
 * @returns undefined if ADTS can't describe the track. Only plain AAC-LC qualifies, with sample
 * times that match its sample rate. Rates up to 24 kHz don't qualify, since they may be the core of
 * HE-AAC. Tracks with edits that ffmpeg applies don't either.
 */
export function describeAdts(track: AudioTrack, sizes: Buffer): AdtsTrack | undefined {
  const config = findDecoderConfig(track);
  if (!track.isCutHere || !config || config.length < 2) return undefined;
  // AudioSpecificConfig (§1.6.2.1): 5 bits of object type, 4 of rate, 4 of channels, 3 flags.
  const bits = new Fields(config).u16();
  const [objectType, rate, channels] = [bits >> 11, (bits >> 7) & 15, (bits >> 3) & 15];
  const isPlain = objectType === 2 && channels >= 1 && channels <= 6;
  const matchesRate = track.sampleTicks * (RATES[rate] ?? 0) === PACKET_SAMPLES * track.timescale;
  // The config may go on to say that there is no SBR. ffmpeg's encoder writes that.
  const hasNoSbr =
    config.length === 2 || Buffer.from(config.subarray(2)).toString("hex") === "56e500";
  if (!isPlain || (bits & 7) !== 0 || !hasNoSbr || !matchesRate) return undefined;
  if (!areAllowed(sizes)) return undefined;
  const header = Buffer.from([0xff, 0xf1, 0, 0, 0, 0x1f, 0xfc]);
  header[2] = ((objectType - 1) << 6) | (rate << 2) | (channels >> 2);
  header[3] = (channels & 3) << 6;
  return { header, sizes };
}

function areAllowed(sizes: Buffer): boolean {
  for (let at = 0; at < sizes.length; at += 4) {
    const size = sizes.readUInt32BE(at);
    if (size === 0 || size > LARGEST_PACKET_BYTES) return false;
  }
  return sizes.length > 0;
}

/** The DecoderSpecificInfo of an `esds` box (ISO/IEC 14496-1 §7.2.6) for MPEG-4 audio. */
function findDecoderConfig({ format, entries }: AudioTrack): Uint8Array | undefined {
  const [entry, other] = entries;
  // Later QuickTime versions of the entry put the box elsewhere.
  if (format !== "mp4a" || other || entry?.sound?.version !== 0) return undefined;
  const esds = entry.sound.boxes.find(({ type }) => type === "esds");
  const stream = esds && openDescriptor(esds.body.subarray(4), 3);
  // Two bytes are an id. The flags after it announce optional fields, which real files don't have.
  if (stream?.[2] !== 0) return undefined;
  const decoder = openDescriptor(stream.subarray(3), 4);
  const isMpeg4Audio = decoder?.[0] === 0x40;
  return isMpeg4Audio ? openDescriptor(decoder.subarray(13), 5) : undefined;
}

/** Returns the body of the descriptor at the start of `bytes`, or undefined if its tag differs. */
function openDescriptor(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  if (bytes[0] !== tag) return undefined;
  let length = 0;
  let at = 1;
  for (let more = true; more && at <= 4; at++) {
    const byte = bytes[at] ?? 0;
    length = length * 128 + (byte & 0x7f);
    more = byte >= 0x80;
  }
  return at + length <= bytes.length ? bytes.subarray(at, at + length) : undefined;
}

/**
 * Streams a track's packets as ADTS. For an MP4, ffmpeg keeps 24 bytes per packet in memory, which
 * is 12 MB for three hours. For ADTS it keeps nothing.
 */
export class AdtsSource implements StreamSource {
  readonly #readPackets: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
  readonly #track: AdtsTrack;

  /** @param readPackets returns the bytes of all packets, without gaps. */
  constructor(readPackets: (signal: AbortSignal) => AsyncIterable<Uint8Array>, track: AdtsTrack) {
    this.#readPackets = readPackets;
    this.#track = track;
  }

  /** Yields the stream. A chunk is valid until the next one is requested. */
  async *stream(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { header, sizes } = this.#track;
    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
    let filled = 0;
    let packet = 0;
    let left = 0;
    for await (const chunk of this.#readPackets(signal)) {
      for (let at = 0; at < chunk.length; ) {
        if (filled + HEADER_BYTES >= PIECE_BYTES) {
          yield piece.subarray(0, filled);
          filled = 0;
        }
        if (left === 0) {
          left = sizes.readUInt32BE(packet++ * 4);
          const length = left + HEADER_BYTES;
          header.copy(piece, filled);
          piece[filled + 3] = (header[3] as number) | (length >> 11);
          piece[filled + 4] = length >> 3;
          piece[filled + 5] = (header[5] as number) | (length << 5);
          filled += HEADER_BYTES;
        }
        const taken = Math.min(left, chunk.length - at, PIECE_BYTES - filled);
        piece.set(chunk.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        left -= taken;
      }
    }
    yield piece.subarray(0, filled);
  }
}
