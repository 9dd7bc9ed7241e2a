const TRANSPORT_PACKET_BYTES = 188;
const SYNC = 0x47;

/** Lower PIDs are tables, and the last PID is padding (ISO/IEC 13818-1 table 2-3). */
const FIRST_STREAM_PID = 0x20;
const NULL_PID = 0x1fff;

/**
 * Names a file's copy protection: marks on most packets of a transport or program stream, or a
 * format that is always protected. Descrambled copies may still have the marks.
 *
 * @returns undefined if there is none
 */
export function findScrambling(head: Buffer): string | undefined {
  if (head[0] === SYNC && head[TRANSPORT_PACKET_BYTES] === SYNC) {
    return isMostlyMarked(listTransportMarks(head)) ? "scrambled transport packets" : undefined;
  }
  if (head.length > 4 && head.readUInt32BE(0) === 0x1ba) {
    return isMostlyMarked(listProgramMarks(head)) ? "scrambled program stream (CSS)" : undefined;
  }
  const isAudible = head.toString("hex", 4, 8) === "57907536";
  return isAudible ? "Audible" : PROTECTED_STARTS.get(head.toString("hex", 0, 8));
}

/** The first bytes, in hexadecimal, of encrypted formats that only their own players can play. */
const PROTECTED_STARTS = new Map([
  ["4354454e4644414d", "NetEase Cloud Music (NCM)"],
  ["7965656c696f6e2d", "Kuwo (KWM)"],
  ["7cd532eb86027f4b", "KuGou (KGM)"],
  ["0528bc96e9e45a43", "KuGou (VPR)"],
]);

function isMostlyMarked(marks: Iterable<boolean>): boolean {
  let [marked, all] = [0, 0];
  for (const isMarked of marks) {
    all++;
    if (isMarked) marked++;
  }
  return marked * 2 > all;
}

/** Lists for each packet of a stream whether its payload is scrambled (§2.4.3.2). */
function* listTransportMarks(bytes: Buffer): Generator<boolean> {
  for (let at = 0; at + 4 <= bytes.length; at += TRANSPORT_PACKET_BYTES) {
    if (bytes[at] !== SYNC) return;
    const pid = bytes.readUInt16BE(at + 1) & 0x1fff;
    const flags = bytes[at + 3] ?? 0;
    const hasPayload = (flags & 0x10) !== 0;
    if (hasPayload && pid >= FIRST_STREAM_PID && pid !== NULL_PID) yield (flags & 0xc0) !== 0;
  }
}

/** Lists for each packet of audio or video whether it is scrambled (§2.4.3.6). */
function* listProgramMarks(bytes: Buffer): Generator<boolean> {
  for (let at = bytes.indexOf("000001", 0, "hex"); at >= 0 && at + 7 <= bytes.length; ) {
    const id = bytes[at + 3] ?? 0;
    const isStream = id === 0xbd || (id >= 0xc0 && id <= 0xef);
    const flags = bytes[at + 6] ?? 0;
    if (isStream && (flags & 0xc0) === 0x80) yield (flags & 0x30) !== 0;
    // Skip the packet by its length, because bytes inside may look like a start code.
    const skip = isStream ? 6 + bytes.readUInt16BE(at + 4) : 4;
    at = bytes.indexOf("000001", at + skip, "hex");
  }
}
