import type { Readable } from "node:stream";
import { MAX_COVER_BYTES } from "../../contract/conversion.ts";
import type { pictures } from "../../layers/ffmpeg/formats.ts";
import { toArguments } from "./arguments.ts";
import { throwIfKilled } from "./check-exits.ts";
import { inputArguments } from "./demuxers.ts";
import { startFfmpeg } from "./process.ts";

/** The size of a picture as it is stored. Photos of 50 megapixels are smaller. */
const LARGEST_PICTURE_BYTES = 16 * 1024 * 1024;

/** Reads an attached picture as it is stored. @returns undefined if it can't be read */
export const readAttachedPicture = (
  ffmpegPath: string,
  url: string,
  streamIndex: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> =>
  readPicture(
    ffmpegPath,
    [...inputArguments({ url }), ...toArguments({ map: `0:${streamIndex}`, c: "copy" })],
    signal,
  );

/** The first bytes of pictures, by the names of their decoders. */
const STARTS: readonly [(typeof pictures)[number]["decoder"], RegExp][] = [
  ["mjpeg", /^\xff\xd8\xff/],
  ["png", /^\x89PNG\r\n/],
  ["webp", /^RIFF.{4}WEBP/s],
  ["gif", /^GIF8/],
  ["bmp", /^BM/],
  ["tiff", /^(II\*\0|MM\0\*)/],
];

/**
 * Limits for hostile pictures, whose few bytes can stand for a billion pixels. A process without access
 * to files decodes the picture, and nothing waits longer than this for it.
 */
const DECODER_LIMITS = {
  timelimit: 30,
  protocol_whitelist: "pipe",
  max_pixels: 50e6,
  threads: 1,
};

/** The size at which players show covers. The page shrinks them to this, too. */
const MAX_PIXELS = 1000;

/** JPEG's qualities, from the best to one that makes even noise small enough. */
const QUALITIES = [3, 12];

const NEGATIVE = "lutrgb=r=negval:g=negval:b=negval";

const FILTERS = [
  `scale=w='min(iw,${MAX_PIXELS})':h='min(ih,${MAX_PIXELS})':force_original_aspect_ratio=decrease`,
  // JPEG has no transparency. Clear areas turn black in the negative, and so white, as on a page.
  "format=gbrap",
  NEGATIVE,
  "premultiply=inplace=1",
  NEGATIVE,
  "format=yuvj444p",
].join(",");

/**
 * Makes a cover that players can show, of at most `MAX_COVER_BYTES`. A JPEG or PNG that fits stays as it
 * is, and any other picture becomes a JPEG.
 *
 * @returns undefined if the picture can't be read
 */
export async function makeCover(
  ffmpegPath: string,
  picture: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  const head = Buffer.from(picture.subarray(0, 16)).toString("latin1");
  const decoder = STARTS.find(([, start]) => start.test(head))?.[0];
  if (!decoder) return undefined;
  const isShown = decoder === "mjpeg" || decoder === "png";
  if (isShown && picture.length <= MAX_COVER_BYTES) return picture;
  for (const quality of QUALITIES) {
    const cover = await readPicture(
      ffmpegPath,
      [
        ...toArguments({
          ...DECODER_LIMITS,
          f: "image2pipe",
          // The whole picture is one packet, so no parser is needed.
          frame_size: picture.length,
          "c:v": decoder,
          i: "pipe:0",
        }),
        ...toArguments({ vf: FILTERS, "c:v": "mjpeg", "q:v": quality }),
      ],
      signal,
      picture,
    );
    if (!cover || cover.length <= MAX_COVER_BYTES) return cover;
  }
  return undefined;
}

/** Reads the picture that ffmpeg writes with these arguments. @returns undefined if there is none */
async function readPicture(
  ffmpegPath: string,
  args: readonly string[],
  signal: AbortSignal,
  input?: Uint8Array,
): Promise<Uint8Array | undefined> {
  const ffmpeg = startFfmpeg(
    ffmpegPath,
    [
      ...toArguments({ v: "error" }),
      ...args,
      ...toArguments({ "frames:v": 1, f: "image2pipe" }),
      "pipe:1",
    ],
    [input ? "pipe" : "ignore", "pipe", "pipe"],
    signal,
  );
  // ffmpeg may exit before it has read everything.
  ffmpeg.child.stdin?.on("error", () => undefined).end(input);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of ffmpeg.child.stdout as Readable) {
    size += (chunk as Buffer).length;
    if (size <= LARGEST_PICTURE_BYTES) chunks.push(chunk as Buffer);
  }
  const end = await ffmpeg.ended;
  signal.throwIfAborted();
  throwIfKilled([end]);
  return end.succeeded && size > 0 && size <= LARGEST_PICTURE_BYTES
    ? Buffer.concat(chunks)
    : undefined;
}
