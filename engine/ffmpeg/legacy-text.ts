/** A way to write text as bytes that tags have from before Unicode, by the name of `TextDecoder`. */
interface LegacyEncoding {
  name: string;
  /** How likely a character is in text of this encoding, from 0 to 1, by its first byte. */
  rate: (character: string, leadByte: number, previous: string) => number;
}

/** Of a double-byte encoding: what is common in it, and the range of its first bytes. */
const rateByLead =
  (...ranges: [first: number, last: number, rating: number][]) =>
  (_: string, lead: number) =>
    ranges.find(([first, last]) => lead >= first && lead <= last)?.[2] ?? 0.1;

const isLower = (text: string) => text !== text.toUpperCase();
const isUpper = (text: string) => text !== text.toLowerCase();

/** A capital after a small letter, or Cyrillic after Latin, is what other text looks like. */
const rateCyrillic = (character: string, _: number, previous: string) => {
  if (!/[а-яё]/i.test(character)) return 0;
  const isOdd = /[a-z]/i.test(previous) || (isUpper(character) && isLower(previous));
  return isOdd ? -1 : 1;
};

/** The tables' common halves come first: GB 2312 and JIS X 0208 level 1, Big5's frequent characters. */
const ENCODINGS: readonly LegacyEncoding[] = [
  { name: "windows-1251", rate: rateCyrillic },
  { name: "koi8-r", rate: rateCyrillic },
  {
    name: "gb18030",
    rate: (character, lead) =>
      /[\u4e00-\u9fff]/.test(character)
        ? rateByLead([0xb0, 0xd7, 1], [0xd8, 0xf7, 0.4])(character, lead)
        : rateByLead([0xa1, 0xa3, 0.7])(character, lead),
  },
  {
    name: "shift_jis",
    rate: (character, lead) =>
      /[\u3040-\u30ff]/.test(character)
        ? 1
        : rateByLead(
            [0x81, 0x81, 0.7],
            [0x88, 0x97, 0.9],
            [0xa1, 0xdf, 0.25],
            [0x98, 0xea, 0.3],
          )(character, lead),
  },
  { name: "big5", rate: rateByLead([0xa4, 0xc6, 0.95], [0xc9, 0xf9, 0.3], [0xa1, 0xa3, 0.6]) },
];

/** Below that no encoding is likely. */
const LEAST_RATING = 0.6;

/**
 * Chooses the encoding of tags that aren't UTF-8, by all of a file's together since each is short:
 * Western European, or the one whose characters are the most usual.
 */
export function chooseEncoding(texts: readonly Buffer[]): string {
  if (isWestern(Buffer.concat(texts))) return "windows-1252";
  const ratings = ENCODINGS.map((encoding) => ({
    name: encoding.name,
    rating: rateTexts(texts, encoding),
  }));
  const best = ratings.reduce((one, other) => (other.rating > one.rating ? other : one));
  return best.rating >= LEAST_RATING ? best.name : "windows-1252";
}

/** Fewer bytes beyond ASCII say too little: two Chinese characters have four. */
const FEWEST_BYTES = 4;

/** Letters with accents stand between others, and the bytes that ISO 8859-1 leaves out are rare. */
function isWestern(bytes: Buffer): boolean {
  const high = (byte: number | undefined) => (byte ?? 0) >= 0x80;
  const all = bytes.filter(high).length;
  const besideAnother = bytes.filter(
    (byte, at) => high(byte) && (high(bytes[at - 1]) || high(bytes[at + 1])),
  ).length;
  const unusual = bytes.filter((byte) => byte >= 0x80 && byte <= 0x9f).length;
  return all < FEWEST_BYTES || (besideAnother * 2 < all && unusual < 2);
}

function rateTexts(texts: readonly Buffer[], { name, rate }: LegacyEncoding): number {
  let [sum, count] = [0, 0];
  for (const bytes of texts) {
    let previous = " ";
    for (const [character, lead] of listCharacters(bytes, name)) {
      if (lead >= 0x80) {
        sum += character === "\ufffd" ? -1 : rate(character, lead, previous);
        count++;
      }
      previous = character;
    }
  }
  return count > 0 ? sum / count : 0;
}

/** The characters of a text with the first byte of each. */
function* listCharacters(bytes: Buffer, name: string): Generator<[string, number]> {
  const decoder = new TextDecoder(name);
  let lead = 0;
  for (let at = 0; at < bytes.length; at++) {
    lead ||= bytes[at] ?? 0;
    const text = decoder.decode(bytes.subarray(at, at + 1), { stream: at + 1 < bytes.length });
    for (const character of text) {
      yield [character, lead];
      lead = 0;
    }
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The text of UTF-8; undefined where the bytes aren't. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
