import { type FrameHeader, parseFrameHeader } from "../../mp3/frame.ts";
import { findInfoTag, type GaplessData, parseFrameCount, parseGapless } from "../../mp3/gapless.ts";
import { measureTag, TAG_HEADER_BYTES, TAG_INITIALS } from "./tags.ts";

/** The size of the largest frame: 320 kbit/s at 32,000 Hz, padded. */
export const LARGEST_FRAME_BYTES = 1441;

/** Enough to recognise a frame with the header of the next one, or a tag. */
const LOOK_AHEAD_BYTES = LARGEST_FRAME_BYTES + TAG_HEADER_BYTES;

/** Returns whether two frames can belong to one stream: they have the same version and rate. */
const isAlike = (one: FrameHeader | undefined, other: FrameHeader | undefined): boolean =>
  one?.version === other?.version && one?.sampleRate === other?.sampleRate;

/** Has a 1 for each byte that a frame or a tag can begin with. */
const INITIALS = new Uint8Array(256);
for (const byte of [0xff, ...TAG_INITIALS]) INITIALS[byte] = 1;

/**
 * Returns whether a tag or a frame may begin at `at`. Some bits of a frame's second byte are fixed.
 */
function mayBegin(bytes: Buffer, at: number): boolean {
  const byte = bytes[at] as number;
  if (INITIALS[byte] === 0) return false;
  return byte !== 0xff || at + 1 >= bytes.length || ((bytes[at + 1] as number) & 0xe6) === 0xe2;
}

/**
 * Extracts the frames of an MP3 file. Real files have tags before, between and after the frames,
 * junk, and several joined files. Only the first file's Xing frame is kept, because a decoder would
 * play the others as silence.
 */
export class FrameCleaner {
  #rest: Buffer = Buffer.alloc(0);
  #skipBytes = 0;
  #last: FrameHeader | undefined;
  #isSynchronous = true;
  #pendingJunkBytes = 0;
  #pendingZeroBytes = 0;
  readonly gapless: GaplessData[] = [];
  frames = 0;
  /** Whether the bytes end inside a frame. */
  endsInFrame = false;
  /**
   * How many frames are still to come, by the latest Xing or Info tag. Undefined without a count.
   */
  framesToCome: number | undefined;
  /** The number of bytes between frames, where audio may be lost. */
  junkBytes = 0;

  /** Returns the frames that `chunk` completes or, with undefined, the rest at the end. */
  push(chunk: Uint8Array | undefined): Buffer[] {
    const isEnd = chunk === undefined;
    const bytes = chunk ? Buffer.concat([this.#rest, chunk]) : this.#rest;
    const frames: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#skipBytes > 0) {
        const skipped = Math.min(this.#skipBytes, bytes.length - at);
        this.#skipBytes -= skipped;
        at += skipped;
        continue;
      }
      if (!isEnd && bytes.length - at < LOOK_AHEAD_BYTES) break;
      const header = this.#findFrame(bytes, at, isEnd);
      if (header) {
        const frame = bytes.subarray(at, at + header.sizeBytes);
        if (this.#accept(frame, header)) frames.push(frame);
        at += header.sizeBytes;
        continue;
      }
      this.#skipBytes = measureTag(bytes, at);
      if (this.#skipBytes > 0) continue;
      if (isEnd && this.#isSynchronous) this.endsInFrame = this.#beginsFrame(bytes, at);
      this.#isSynchronous = false;
      at = this.#passJunk(bytes, at);
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    return frames;
  }

  /**
   * The number of zeros at the end. An unfinished download leaves them. Other bytes mean no loss.
   */
  get trailingZeroBytes(): number {
    return this.#pendingZeroBytes;
  }

  /** Skips the byte at `at`, and all bytes after it that begin neither a frame nor a tag. */
  #passJunk(bytes: Buffer, at: number): number {
    let next = at;
    let zeros = 0;
    do {
      if (bytes[next] === 0) zeros++;
      next++;
    } while (next < bytes.length && !mayBegin(bytes, next));
    this.#pendingZeroBytes += zeros;
    this.#pendingJunkBytes += next - at;
    return next;
  }

  /**
   * Finds a frame at `at`. If it differs from the last one or comes after junk, another must follow it.
   */
  #findFrame(bytes: Buffer, at: number, isEnd: boolean): FrameHeader | undefined {
    const header = parseFrameHeader(bytes, at);
    if (!header || at + header.sizeBytes > bytes.length) return undefined;
    const isExpected = this.#isSynchronous && isAlike(header, this.#last);
    const next = at + header.sizeBytes;
    const isFollowed =
      isAlike(header, parseFrameHeader(bytes, next)) ||
      measureTag(bytes, next) > 0 ||
      (isEnd && next === bytes.length);
    return isExpected || isFollowed ? header : undefined;
  }

  /** Returns whether the bytes at `at` begin a frame like the last one, as far as they go. */
  #beginsFrame(bytes: Buffer, at: number): boolean {
    if (!this.#last) return false;
    if (at + 4 <= bytes.length) return isAlike(parseFrameHeader(bytes, at), this.#last);
    return bytes[at] === 0xff && mayBegin(bytes, at);
  }

  /** The length of the audio in the frames still to come. */
  get secondsToCome(): number {
    if (!this.#last || this.framesToCome === undefined) return 0;
    return (this.framesToCome * this.#last.samples) / this.#last.sampleRate;
  }

  #accept(frame: Buffer, header: FrameHeader): boolean {
    if (this.#last) this.junkBytes += this.#pendingJunkBytes;
    this.#pendingJunkBytes = 0;
    this.#pendingZeroBytes = 0;
    this.#isSynchronous = true;
    this.#last = header;
    const tagAt = findInfoTag(frame, header);
    if (tagAt === undefined) {
      this.frames++;
      if (this.framesToCome !== undefined) this.framesToCome--;
      return true;
    }
    this.framesToCome = parseFrameCount(frame, tagAt);
    const gapless = parseGapless(frame, tagAt);
    if (gapless) this.gapless.push(gapless);
    return this.frames === 0;
  }
}
