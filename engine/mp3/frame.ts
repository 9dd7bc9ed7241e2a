/** The header of an MPEG audio Layer III frame. ISO/IEC 11172-3 §2.4.2.3, 13818-3 §2.4.2.3 */
export interface FrameHeader {
  version: 1 | 2 | 2.5;
  sampleRate: number;
  channels: 1 | 2;
  bitrateKbps: number;
  sizeBytes: number;
  samples: 1152 | 576;
  /** Bytes of side information that follow the four header bytes. */
  sideInfoBytes: number;
}

export const BITRATES_KBPS = {
  1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
/** MPEG-1's sample rates, in Hz. */
export const SAMPLE_RATES: readonly number[] = [44100, 48000, 32000];

/**
 * Parses the header at `offset`.
 *
 * @returns undefined if there is none (no sync, reserved or free rate).
 */
export function parseFrameHeader(bytes: Uint8Array, offset: number): FrameHeader | undefined {
  const b1 = bytes[offset + 1];
  const b2 = bytes[offset + 2];
  const b3 = bytes[offset + 3];
  if (bytes[offset] !== 0xff || b1 === undefined || b2 === undefined || b3 === undefined) return;
  if ((b1 & 0xe6) !== 0xe2) return;
  const versionBits = (b1 >> 3) & 3;
  if (versionBits === 1) return;
  const version = versionBits === 3 ? 1 : versionBits === 2 ? 2 : 2.5;
  const bitrateKbps = BITRATES_KBPS[version === 1 ? 1 : 2][b2 >> 4];
  const baseRate = SAMPLE_RATES[(b2 >> 2) & 3];
  if (!bitrateKbps || baseRate === undefined) return;
  const sampleRate = version === 1 ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
  const samples = version === 1 ? 1152 : 576;
  const channels = b3 >> 6 === 3 ? 1 : 2;
  return {
    version,
    sampleRate,
    channels,
    bitrateKbps,
    samples,
    sizeBytes: Math.floor((samples * 125 * bitrateKbps) / sampleRate) + ((b2 >> 1) & 1),
    sideInfoBytes: version === 1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17,
  };
}

/** Bytes that should be MP3 frames aren't. */
export class NotMp3 extends Error {
  override name = "NotMp3";
}

/** Splits a stream of bytes into frames. */
export class FrameSplitter {
  #rest: Uint8Array = new Uint8Array(0);
  #junkBytes = 0;
  readonly #skipJunk: boolean;

  /** @param options.skipJunk counts and drops bytes outside frames, instead of throwing */
  constructor(options: { skipJunk: boolean } = { skipJunk: false }) {
    this.#skipJunk = options.skipJunk;
  }

  /** Calls `onFrame` with a view of each frame that `chunk` completes. Throws {@link NotMp3}. */
  push(chunk: Uint8Array, onFrame: (frame: Uint8Array, header: FrameHeader) => void): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let offset = 0;
    while (bytes.length - offset >= 4) {
      const header = parseFrameHeader(bytes, offset);
      if (header) {
        if (offset + header.sizeBytes > bytes.length) break;
        onFrame(bytes.subarray(offset, offset + header.sizeBytes), header);
        offset += header.sizeBytes;
      } else {
        if (!this.#skipJunk) throw new NotMp3("bytes that belong to no frame");
        this.#junkBytes++;
        offset++;
      }
    }
    this.#rest = bytes.subarray(offset);
  }

  get junkBytes(): number {
    return this.#junkBytes;
  }

  /** Bytes after the last whole frame. */
  get restBytes(): number {
    return this.#rest.length;
  }
}
