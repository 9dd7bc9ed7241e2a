import { updateCrc16 } from "./crc16.ts";
import { BITRATES_KBPS, type FrameHeader, parseFrameHeader } from "./frame.ts";

/**
 * How many samples LAME itself adds at the start: the `encoder delay` of its tag.
 */
export const LAME_DELAY_SAMPLES = 576;
/** How many samples a decoder adds. LAME's tag leaves them out, and ffmpeg's padding includes them. */
export const DECODER_DELAY_SAMPLES = 529;

const SEEK_POINTS = 400;

/**
 * Counts an MP3's frames as they pass, and builds the Xing/LAME frame that goes before them. It has the
 * number of frames and bytes, 100 seek points, the gapless delay and padding, and CRCs.
 * http://gabriel.mp3-tech.org/mp3infotag.html
 */
export class XingHeader {
  #frames = 0;
  #bytes = 0;
  #musicCrc = 0;
  #hasVaryingRate = false;
  #first: Uint8Array | undefined;
  #firstHeader: FrameHeader | undefined;
  /** The byte offset of every `#stride`-th frame. The list is halved when it is full, to limit memory. */
  #offsets: number[] = [];
  #stride = 1;

  get frames(): number {
    return this.#frames;
  }
  get audioBytes(): number {
    return this.#bytes;
  }
  get frameHeader(): FrameHeader | undefined {
    return this.#firstHeader;
  }

  addFrame(frame: Uint8Array): void {
    if (!this.#first) {
      this.#first = Uint8Array.from(frame.subarray(0, 4));
      this.#firstHeader = parseFrameHeader(frame, 0);
    }
    // The bit rate's four bits are the upper half of the third byte.
    if (((frame[2] ?? 0) ^ (this.#first[2] ?? 0)) & 0xf0) this.#hasVaryingRate = true;
    if (this.#frames % this.#stride === 0) {
      if (this.#offsets.length === SEEK_POINTS) {
        this.#offsets = this.#offsets.filter((_, index) => index % 2 === 0);
        this.#stride *= 2;
      }
      if (this.#frames % this.#stride === 0) this.#offsets.push(this.#bytes);
    }
    this.#frames++;
    this.#bytes += frame.length;
    this.#musicCrc = updateCrc16(this.#musicCrc, frame);
  }

  /** Whether the frames have different bit rates. */
  get hasVaryingRate(): boolean {
    return this.#hasVaryingRate;
  }

  /**
   * Builds the frame. `delaySamples` and `paddingSamples` are counted as LAME does, so that all frames'
   * samples are the delay, the source's samples and the padding. They are undefined if a copied stream
   * doesn't contain them. `vbrScale` is LAME's V number, if it is known.
   */
  build(tag: {
    gapless: { delaySamples: number; paddingSamples: number } | undefined;
    vbrScale: number | undefined;
  }): Buffer {
    const isConstant = tag.vbrScale === undefined && !this.#hasVaryingRate;
    const header = this.#firstHeader;
    if (!this.#first || !header) throw new Error("an MP3 without frames has no header");
    const frame = emptyFrame(this.#first, header, isConstant);
    const totalBytes = frame.length + this.#bytes;
    let at = 4 + header.sideInfoBytes;
    frame.write(isConstant ? "Info" : "Xing", at, "latin1");
    frame.writeUInt32BE(0x0f, at + 4);
    frame.writeUInt32BE(this.#frames, at + 8);
    frame.writeUInt32BE(Math.min(totalBytes, 0xffffffff), at + 12);
    for (let percent = 0; percent < 100; percent++) {
      const nth = Math.floor((percent * this.#frames) / 100 / this.#stride);
      const offset = percent === 0 ? 0 : frame.length + (this.#offsets[nth] ?? this.#bytes);
      frame[at + 16 + percent] = Math.min(255, Math.floor((256 * offset) / totalBytes));
    }
    frame.writeUInt32BE(tag.vbrScale === undefined ? 0 : 100 - 10 * tag.vbrScale, at + 116);
    if (!tag.gapless) return frame;
    at += 120;
    frame.write("LAME3.100", at, "latin1");
    frame[at + 9] = isConstant ? 1 : 4;
    frame[at + 20] = Math.min(255, header.bitrateKbps);
    const delay = Math.min(4095, Math.max(0, tag.gapless.delaySamples));
    const padding = Math.min(4095, Math.max(0, tag.gapless.paddingSamples));
    frame.writeUIntBE(delay * 4096 + padding, at + 21, 3);
    frame.writeUInt32BE(Math.min(totalBytes, 0xffffffff), at + 28);
    frame.writeUInt16BE(this.#musicCrc, at + 32);
    frame.writeUInt16BE(updateCrc16(0, frame.subarray(0, at + 34)), at + 34);
    return frame;
  }
}

/**
 * Makes a silent frame with the first one's header, large enough for the tag. In a constant-rate file it
 * has the same rate, if that is large enough, so that players that estimate from the rate are right.
 */
function emptyFrame(first: Uint8Array, header: FrameHeader, constantRate: boolean): Buffer {
  const needed = 4 + header.sideInfoBytes + 156;
  const rates = BITRATES_KBPS[header.version === 1 ? 1 : 2];
  for (let index = 1; index < rates.length; index++) {
    const rate = rates[index] as number;
    if (constantRate && rate < header.bitrateKbps) continue;
    const size = Math.floor((header.samples * 125 * rate) / header.sampleRate);
    if (size < needed) continue;
    const frame = Buffer.alloc(size);
    frame[0] = 0xff;
    frame[1] = (first[1] as number) | 1;
    frame[2] = (index << 4) | ((first[2] as number) & 0x0c);
    frame[3] = first[3] as number;
    return frame;
  }
  throw new Error("no bit rate gives a frame that is large enough for the header");
}
