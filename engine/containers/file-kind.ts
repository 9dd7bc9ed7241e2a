// biome-ignore-all lint/suspicious/noControlCharactersInRegex: files begin with them

import type { FileKind } from "../../contract/file-kind.ts";
import type { RangeReader } from "../reading/range-reader.ts";

/** XML and HTML may have a declaration and comments before their first element. */
const XML = String.raw`\s*(?:(?:<\?xml[^>]*>|<!--(?:(?!-->).)*-->)\s*)*`;

/** An address that a playlist may begin with. */
const ADDRESS = String.raw`(?:https?|rtsp|rtmp|mms|pnm)://\S+`;

/** The first bytes of files that people upload by mistake. The first match counts. */
const STARTS: readonly [FileKind, RegExp][] = [
  ["photo", /^(\xff\xd8\xff|\x89PNG|GIF8|RIFF....WEBP|II\*\0|MM\0\*|8BPS|\0\0\x01\0[^\0]\0)/s],
  ["photo", /^(BM....\0\0\0\0|\xff\x0a|\0\0\0\x0cJXL )/s],
  [
    "document",
    /^(%PDF|\{\\rtf|\xd0\xcf.\xe0\xa1\xb1|(From|To|Received|Return-Path|MIME-Version): )/,
  ],
  ["archive", /^(PK[^\w\s]{2}|Rar!|7z\xbc\xaf|\x1f\x8b\x08|\xfd7zXZ|\x28\xb5\x2f\xfd|BZh\d1AY)/],
  ["archive", /^[^\0]{1,100}\0.{156,255}ustar/s],
  ["subtitles", new RegExp(`^${XML}<tt\\b`)],
  ["subtitles", /^(WEBVTT|\[Script Info\]|# VobSub|\d+\s*\n\d\d:\d\d:\d\d[,.]\d+ -->)/],
  [
    "project",
    new RegExp(`^${XML}(<!DOCTYPE (project|fcpxml|xmeml)|<(project|mlt|fcpxml|xmeml)\\b)`, "is"),
  ],
  ["project", /^(RIFX....Egg!|RIFF....NUND|\x030010111100101011)/s],
  ["project", /^(<REAPER_PROJECT|FLhd|riff\x2e\x91\xcf\x11.{16}(?!wave))/s],
  ["project", /^SQLite format 3\0.{52}AUDY/s],
  ["playlist", /^(#EXTM3U|\[playlist\]|\[Reference\])/i],
  ["playlist", new RegExp(`^${ADDRESS}(?:\\s+${ADDRESS})*\\s*$`)],
  ["playlist", new RegExp(`^${XML}(<\\?wpl[^>]*>\\s*)?<(MPD|smil|asx|playlist)\\b`, "i")],
  ["playlist", /^(REM .*\n|(PERFORMER|TITLE|CATALOG) .*\n)*FILE ".*" \w+\s*\n\s*TRACK /],
  // Indexes of DVDs and Blu-ray discs.
  ["playlist", /^(DVDVIDEO-V(MG|TS)|(INDX|MOBJ|MPLS|HDMV)0[1-3]00)/],
  ["segment", /^\x1f\x43\xb6\x75/],
  ["shortcut", /^\[Desktop Entry\]/],
  ["shortcut", new RegExp(`^${XML}<(fulfillmentToken|OverDriveMedia)\\b`)],
  ["shortcut", /^(L\0\0\0\x01\x14\x02\0|\[InternetShortcut\]|bplist00\xd1..SURL|magnet:)/s],
  ["shortcut", new RegExp(`^${XML}(<!DOCTYPE plist[^>]*>\\s*)?<plist\\b.*<key>URL</key>`, "is")],
  ["placeholder", /^(version https:\/\/git-lfs|bplist00.{0,1500}NSURL)/s],
  ["web-page", new RegExp(`^${XML}<(!doctype html|html|head|body)\\b`, "is")],
  ["midi", /^MThd/],
  ["score", /^(Extended Module: |IMPM|NESM\x1a|[PR]SID\0|SNES-SPC700|Vgm |YM\d!|GYMX)/],
  ["score", /^(.{44}SCRM|.{1080}(M\.K\.|M!K!|FLT[48]|\dCHN|\d\dCH|4CHN))/s],
  ["torrent", /^d\d*:?(8:announce|7:comment|10:created by|4:info)/],
  ["resource-fork", /^\0\x05\x16[\0\x07]\0\x02\0\0/],
  ["encrypted-file", /^(Salted__|age-encryption\.org|-----BEGIN PGP MESSAGE)/],
  ["program", /^(MZ.{60}|\x7fELF|\xcf\xfa\xed\xfe|#!\/)/s],
  ["unread-audio", /^(OFR |LPAC|\xac[\x40\x41])/],
  ["pictures-only", /^(DKIF|YUV4MPEG2|MLVI|\0\0\0?\x01[\x67\x27\x09\x40\x42\x46\xb3]|\x12\0\x0a)/],
];

/** Enough to recognise a file. A tracker module names its format only at byte 1,080. */
const HEAD_BYTES = 2048;

/**
 * Where a disc image names its format: counted from the start in ISO 9660, from the end in Apple's.
 */
const DISC_NAME_AT = 32769;
const APPLE_DISC_NAME_AT = -512;

/** Text has no control characters except tabs and those that end lines. */
const TEXT = /^[^\0-\x08\x0e-\x1a\x1c-\x1f\x7f]+$/;

/** Recognises a file that no demuxer reads, by its bytes. */
export async function findFileKind(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<FileKind | undefined> {
  const head = await reader.readHead(signal);
  if (head.toString("latin1", DISC_NAME_AT, DISC_NAME_AT + 5) === "CD001") return "disc-image";
  const text = head.toString("latin1", 0, HEAD_BYTES).replace(/^\xef\xbb\xbf/, "");
  const kind = STARTS.find(([, start]) => start.test(text))?.[0];
  if (kind) return kind;
  const { sizeBytes } = reader;
  const tail = await reader.readAll(Math.max(0, sizeBytes + APPLE_DISC_NAME_AT), sizeBytes, signal);
  if (tail.toString("latin1", 0, 4) === "koly") return "disc-image";
  if (isBlank(head)) return "blank";
  return TEXT.test(text) && isUtf8(head.subarray(0, HEAD_BYTES)) ? "text" : undefined;
}

function isUtf8(bytes: Buffer): boolean {
  try {
    // With `stream`, the last character may be cut.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Returns whether all bytes are 0 or all are 255. Failed disks and downloads leave such files. */
const isBlank = (head: Buffer) =>
  (head[0] === 0 || head[0] === 0xff) && head.every((byte) => byte === head[0]);
