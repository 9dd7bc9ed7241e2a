import { makeBox } from "../../engine/containers/mp4/make-box.ts";

/** What a hostile file tries to make the converter open. */
export interface Bait {
  /** A recording on this machine that nobody uploaded. */
  path: string;
  /** A server on the loopback that must get no request. */
  url: string;
}

const u32 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
};

const fullBox = (type: string, ...pieces: Uint8Array[]) => makeBox(type, u32(0), ...pieces);

const hls = (address: string) =>
  `#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n${address}\n#EXT-X-ENDLIST\n`;

/** Makes an EBML element whose size takes four bytes. */
function element(id: string, ...pieces: Uint8Array[]): Buffer {
  const body = Buffer.concat(pieces);
  return Buffer.concat([Buffer.from(id, "hex"), u32(0x10000000 + body.length), body]);
}
const EBML_HEAD = element("1a45dfa3", element("4282", Buffer.from("matroska")));
const UNKNOWN_SIZE = "01ffffffffffffff";

/** Makes an AVI whose text track contains a playlist (GAB2), which ffmpeg opens as a separate file. */
function makeGab2(address: string): Buffer {
  const chunk = (id: string, body: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(body.length);
    return Buffer.concat([Buffer.from(id), size, body, Buffer.alloc(body.length % 2)]);
  };
  const list = (id: string, ...chunks: Buffer[]) =>
    chunk("LIST", Buffer.concat([Buffer.from(id), ...chunks]));
  const text = Buffer.from(hls(address));
  const gab2 = Buffer.concat([
    Buffer.from("GAB2\0", "latin1"),
    Buffer.from([2, 0, 0, 0, 0, 0, 4, 0]),
    Buffer.from([text.length & 255, text.length >> 8, 0, 0]),
    text,
  ]);
  const header = Buffer.alloc(56);
  header.write("txts");
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(1, 24);
  const main = Buffer.alloc(56);
  main.writeUInt32LE(1, 24);
  return chunk(
    "RIFF",
    Buffer.concat([
      Buffer.from("AVI "),
      list(
        "hdrl",
        chunk("avih", main),
        list("strl", chunk("strh", header), chunk("strf", Buffer.alloc(4))),
      ),
      list("movi", chunk("00tx", gab2)),
    ]),
  );
}

/** Makes audio tracks whose samples are in other files. */
function makeMovie(tracks: number, reference: Buffer): Buffer {
  const sampleTable = makeBox(
    "stbl",
    fullBox(
      "stsd",
      u32(1),
      makeBox(
        "sowt",
        Buffer.alloc(6),
        Buffer.from([0, 1]),
        Buffer.alloc(8),
        Buffer.from([0, 2, 0, 16, 0, 0, 0, 0]),
        u32(48_000 * 65_536),
      ),
    ),
    fullBox("stts", u32(1, 48_000, 1)),
    fullBox("stsc", u32(1, 1, 48_000, 1)),
    fullBox("stsz", u32(4, 48_000)),
    fullBox("stco", u32(1, 44)),
  );
  const track = (id: number) =>
    makeBox(
      "trak",
      makeBox("tkhd", u32(7, 0, 0, id, 0, 48_000), Buffer.alloc(60)),
      makeBox(
        "mdia",
        fullBox("mdhd", u32(0, 0, 48_000, 48_000, 0)),
        fullBox("hdlr", u32(0), Buffer.from("soun"), Buffer.alloc(13)),
        makeBox("minf", makeBox("dinf", fullBox("dref", u32(1), reference)), sampleTable),
      ),
    );
  return Buffer.concat([
    makeBox("ftyp", Buffer.from("qt  \0\0\0\0qt  ")),
    makeBox(
      "moov",
      fullBox("mvhd", u32(0, 0, 48_000, 48_000), Buffer.alloc(80)),
      ...Array.from({ length: tracks }, (_, index) => track(index + 1)),
    ),
    makeBox("mdat", Buffer.alloc(192_000)),
  ]);
}

/** Makes an alias record (QuickTime `alis`) that names a file by its path, as ffmpeg reads it. */
function makeAlias(path: string): Buffer {
  const record = Buffer.alloc(150 - 8);
  record.writeUInt16BE(150, 4);
  const name = Buffer.from(path);
  const tag = Buffer.alloc(4);
  tag.writeUInt16BE(2);
  tag.writeUInt16BE(name.length, 2);
  const end = Buffer.from([0xff, 0xff, 0, 0]);
  return makeBox("alis", u32(0), record, tag, name, Buffer.alloc(name.length % 2), end);
}

function nestBoxes(depth: number): Buffer {
  // The boxes are built from the inside out.
  const headers = Buffer.alloc(depth * 8);
  for (let level = 0; level < depth; level++) {
    headers.writeUInt32BE((depth - level) * 8, level * 8);
    headers.write(level === 0 ? "moov" : "trak", level * 8 + 4);
  }
  return Buffer.concat([makeBox("ftyp", Buffer.from("isom\0\0\0\0isom")), headers]);
}

/** Makes a segment with chapters that are in another file of its family. */
function makeLinkedMatroska(): Buffer {
  const uid = Buffer.alloc(16, 7);
  const info = element(
    "1549a966",
    element("73a4", uid),
    element("3eb923", uid),
    element("3cb923", uid),
    element("3e83bb", Buffer.from("next.mkv")),
    element("3c83ab", Buffer.from("../../etc/passwd")),
  );
  const chapters = element(
    "1043a770",
    element(
      "45b9",
      element("45dd", Buffer.from([1])),
      element("b6", element("91", Buffer.from([0])), element("6e67", uid)),
    ),
  );
  return Buffer.concat([EBML_HEAD, element("18538067", info, chapters)]);
}

function makeManyTracks(count: number): Buffer {
  const entry = (number: number) =>
    element(
      "ae",
      element("d7", u32(number)),
      element("83", Buffer.from([2])),
      element("86", Buffer.from("A_PCM/INT/LIT")),
    );
  return Buffer.concat([
    EBML_HEAD,
    element(
      "18538067",
      element("1654ae6b", ...Array.from({ length: count }, (_, n) => entry(n + 1))),
    ),
  ]);
}

/** Makes a Flash movie that loads another one and borrows from it. */
function makeFlash(address: string): Buffer {
  const text = Buffer.from(`${address}\0`);
  const tag = (code: number, ...pieces: Uint8Array[]) => {
    const body = Buffer.concat(pieces);
    const head = Buffer.alloc(6);
    head.writeUInt16LE((code << 6) | 63);
    head.writeUInt32LE(body.length, 2);
    return Buffer.concat([head, body]);
  };
  const size = Buffer.alloc(2);
  size.writeUInt16LE(text.length + 1);
  const getUrl = Buffer.concat([Buffer.from([0x83]), size, text, Buffer.from([0, 0])]);
  const content = Buffer.concat([
    // A rectangle of 200 by 200 pixels, 25 frames a second, one frame.
    Buffer.from("8000007d0000007d00", "hex"),
    Buffer.from([0, 25, 1, 0]),
    tag(12, getUrl),
    tag(57, text, Buffer.from([1, 0, 1, 0]), Buffer.from("sound\0")),
    tag(1),
    tag(0),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(8 + content.length);
  return Buffer.concat([Buffer.from("FWS\x05"), length, content]);
}

/** Makes RealMedia whose only stream contains the recording's address. */
function makeRealReference(address: string): Buffer {
  const text = (value: string, lengthBytes: number) => {
    const length = u32(value.length).subarray(4 - lengthBytes);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const chunk = (id: string, ...pieces: Uint8Array[]) => {
    const body = Buffer.concat([Buffer.alloc(2), ...pieces]);
    return Buffer.concat([Buffer.from(id), u32(8 + body.length), body]);
  };
  const stream = [Buffer.alloc(2), u32(0, 0, 0, 0, 0, 0, 1000), text(address, 1)];
  return Buffer.concat([
    chunk(".RMF", u32(0, 3)),
    chunk("CONT", text(address, 2), Buffer.alloc(6)),
    chunk("MDPR", ...stream, text("logical-fileinfo", 1), text(address, 4)),
    chunk("DATA", u32(0, 0)),
  ]);
}

/** Files made to do harm, by what they try. None of them is a recording. */
export const makeHostileFiles = ({ path, url }: Bait): Record<string, Buffer> => ({
  "HLS, a file": Buffer.from(hls(`file://${path}`)),
  "HLS, an address": Buffer.from(hls(url)),
  "HLS, concat and a file": Buffer.from(hls(`concat:file://${path}|file:///etc/passwd`)),
  "HLS, a key": Buffer.from(
    `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXT-X-KEY:METHOD=AES-128,URI="${url}"\n#EXTINF:10,\n${path}\n#EXT-X-ENDLIST\n`,
  ),
  DASH: Buffer.from(
    `<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT6S"><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>${url}</BaseURL></Representation></AdaptationSet></Period></MPD>`,
  ),
  concat: Buffer.from(`ffconcat version 1.0\nfile '${path}'\n`),
  "concat, unsafe": Buffer.from(`ffconcat version 1.0\nfile 'file:${path}'\noption safe 0\n`),
  SDP: Buffer.from(
    `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${new URL(url).port} RTP/AVP 0\n`,
  ),
  XSPF: Buffer.from(
    `<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>file://${path}</location></track></trackList></playlist>`,
  ),
  SMIL: Buffer.from(`<smil><body><audio src="${url}"/></body></smil>`),
  ASX: Buffer.from(`<asx version="3.0"><entry><ref href="${url}"/></entry></asx>`),
  PLS: Buffer.from(`[playlist]\nFile1=${path}\nNumberOfEntries=1\n`),
  "RAM, an address": Buffer.from(`${url}\n`),
  "RAM, a file": Buffer.from(`file://${path}\n--stop--\n`),
  "RealMedia that refers to an address": makeRealReference(url),
  "RealMedia that refers to a file": makeRealReference(`file://${path}`),
  "Flash that loads an address": makeFlash(url),
  "Flash that loads a file": makeFlash(`file://${path}`),
  "GAB2, a file": makeGab2(`file://${path}`),
  "GAB2, an address": makeGab2(url),
  "MOV that refers to an address": makeMovie(1, makeBox("url ", u32(0), Buffer.from(`${url}\0`))),
  "MOV that refers to a file by alias": makeMovie(1, makeAlias(path)),
  "Matroska linked to another file": makeLinkedMatroska(),
  "10,000 tracks in MOV": makeMovie(10_000, makeBox("url ", u32(1))),
  "10,000 tracks in Matroska": makeManyTracks(10_000),
  "100,000 boxes in each other": nestBoxes(100_000),
  "200,000 boxes side by side": Buffer.concat([
    makeBox("ftyp", Buffer.from("isom\0\0\0\0isom")),
    makeBox("moov", Buffer.concat(Array<Buffer>(200_000).fill(makeBox("free")))),
  ]),
  "EBML without end": Buffer.concat([
    EBML_HEAD,
    Buffer.from(
      `18538067${UNKNOWN_SIZE}1654ae6b${UNKNOWN_SIZE}ae${UNKNOWN_SIZE}`.repeat(20_000),
      "hex",
    ),
  ]),
  "a box of 2⁶³ bytes": Buffer.concat([
    makeBox("ftyp", Buffer.from("isom\0\0\0\0isom")),
    Buffer.from("00000001", "hex"),
    Buffer.from("moov"),
    Buffer.from("7fffffffffffffff", "hex"),
    Buffer.alloc(1000),
  ]),
  "nothing but 0xff": Buffer.alloc(300_000, 0xff),
  "nothing but zeros": Buffer.alloc(300_000),
});
