/** Describes WAV, RF64 (EBU Tech 3306) or AIFF. They consist of chunks with a name and a size. */
export interface ChunkFormat {
  isBigEndian: boolean;
  /** Whether a `ds64` chunk has the 64-bit sizes. */
  is64Bit: boolean;
  /** The chunk with the samples, and how many of its bytes come before the samples. */
  samplesChunk: string;
  leadBytes: number;
  /** The chunk that describes the samples, and the range of its bytes that does so. */
  formatChunk: string;
  formatBytes: readonly [number, number];
}

const WAV: ChunkFormat = {
  isBigEndian: false,
  is64Bit: false,
  samplesChunk: "data",
  leadBytes: 0,
  formatChunk: "fmt ",
  formatBytes: [0, 16],
};
const RF64: ChunkFormat = { ...WAV, is64Bit: true };
const AIFF: ChunkFormat = {
  isBigEndian: true,
  is64Bit: false,
  samplesChunk: "SSND",
  leadBytes: 8,
  formatChunk: "COMM",
  // The first six bytes are the channels and the number of samples.
  formatBytes: [6, 22],
};

/** Recognises a file's format. Returns undefined for other files. */
export function findChunkFormat(head: Buffer): ChunkFormat | undefined {
  const [form, type] = [head.toString("latin1", 0, 4), head.toString("latin1", 8, 12)];
  if (type === "WAVE" && form === "RIFF") return WAV;
  if (type === "WAVE" && /^(RF64|BW64)$/.test(form)) return RF64;
  return form === "FORM" && /^AIF[FC]$/.test(type) ? AIFF : undefined;
}

/** Known chunk names. Samples hardly ever look like one of them. */
const KNOWN = new Set([
  ..."data fact LIST JUNK junk bext iXML axml chna cue_ smpl inst PEAK levl DISP FLLR".split(" "),
  ..."elm1 umid _PMX ds64 SSND COMM FVER NAME AUTH ANNO COMT MARK INST MIDI AESD".split(" "),
  ..."APPL CHAN RIFF FORM".split(" "),
  ...["fmt ", "id3 ", "ID3 ", "cue ", "PAD ", "(c) "],
]);

export const isKnownChunk = (name: string): boolean => KNOWN.has(name);
