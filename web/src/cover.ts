/** A cover larger than this isn't fetched. It is still in the MP3. */
const MAX_TAG_BYTES = 4 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/**
 * Reads the cover in an MP3's ID3v2.3 or 2.4 tag, with a ranged request for the file's head.
 * @returns undefined if there is none. https://id3.org/id3v2.3.0
 */
export async function fetchCover(url: string): Promise<Blob | undefined> {
  let head = await fetchHead(url, FIRST_BYTES);
  if (head.length < 10 || latin1(head.subarray(0, 3)) !== "ID3") return undefined;
  const version = head[3] ?? 0;
  const tagBytes = 10 + readSynchsafe(head, 6);
  if (version < 3 || tagBytes > MAX_TAG_BYTES) return undefined;
  if (tagBytes > head.length) head = await fetchHead(url, tagBytes);
  return findPicture(head.subarray(0, tagBytes), version);
}

async function fetchHead(url: string, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url, { headers: { Range: `bytes=0-${bytes - 1}` } });
  if (!response.ok) throw new Error(`The storage answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

function findPicture(tag: Uint8Array<ArrayBuffer>, version: number): Blob | undefined {
  for (let offset = 10; offset + 10 <= tag.length; ) {
    const id = latin1(tag.subarray(offset, offset + 4));
    const size = version === 4 ? readSynchsafe(tag, offset + 4) : readUint32(tag, offset + 4);
    if (!/^[A-Z0-9]{4}$/.test(id) || size <= 0) return undefined;
    const content = tag.subarray(offset + 10, offset + 10 + size);
    if (id === "APIC") return readPicture(content);
    offset += 10 + size;
  }
  return undefined;
}

/** Reads an APIC frame: text encoding, media type, kind, description, then the picture itself. */
function readPicture(content: Uint8Array<ArrayBuffer>): Blob | undefined {
  const typeEnd = content.indexOf(0, 1);
  const type = latin1(content.subarray(1, typeEnd));
  const isWide = content[0] === 1 || content[0] === 2;
  let end = typeEnd + 2;
  if (isWide) {
    while (end + 1 < content.length && (content[end] !== 0 || content[end + 1] !== 0)) end += 2;
    end += 2;
  } else end = content.indexOf(0, end) + 1;
  return type.startsWith("image/") ? new Blob([content.subarray(end)], { type }) : undefined;
}

const latin1 = (bytes: Uint8Array) => String.fromCharCode(...bytes);
const readUint32 = (data: Uint8Array, offset: number) =>
  data.subarray(offset, offset + 4).reduce((value, byte) => value * 256 + byte, 0);
const readSynchsafe = (data: Uint8Array, offset: number) =>
  data.subarray(offset, offset + 4).reduce((value, byte) => value * 128 + byte, 0);
