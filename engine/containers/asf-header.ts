import { Failure } from "../failure.ts";
import type { RangeReader } from "../reading/range-reader.ts";
import type { TrackChoice } from "./track-choice.ts";

/** The GUIDs of objects in their stored byte order (ASF specification 1.2 §10.1 and §10.2). */
const ASF_HEADER = "3026b2758e66cf11a6d900aa0062ce6c";
const ENCRYPTION_OBJECTS = new Map([
  ["fbb3112223bdd211b4b700a0c955fc6e", "content encryption"],
  ["14e68a292226174cb935dae07ee9289c", "extended content encryption"],
  ["338505438169e6499b74ad12cb86d58c", "advanced content encryption"],
]);

/** The most objects that are looked at. Real headers have about ten. */
const MOST_OBJECTS = 64;

/**
 * Refuses an ASF file (WMA, WMV) whose header has copy protection. Any other file is opened later,
 * as a plain file.
 *
 * @throws Failure `encrypted`
 */
export async function refuseEncryptedAsf(
  reader: RangeReader,
  _choice: TrackChoice,
  signal: AbortSignal,
): Promise<undefined> {
  const protection = await findProtection(reader, signal);
  if (protection) throw new Failure("encrypted", protection);
}

async function findProtection(
  reader: RangeReader,
  signal: AbortSignal,
): Promise<string | undefined> {
  const head = await reader.readHead(signal);
  if (head.length < 30 || head.toString("hex", 0, 16) !== ASF_HEADER) return undefined;
  const end = Math.min(reader.sizeBytes, Number(head.readBigUInt64LE(16)));
  let at = 30;
  for (let count = 0; count < MOST_OBJECTS && at + 24 <= end; count++) {
    // A cover picture may make the header longer than the bytes that are read at once.
    const object =
      at + 24 <= head.length
        ? head.subarray(at, at + 24)
        : await reader.readAll(at, at + 24, signal);
    const protection = ENCRYPTION_OBJECTS.get(object.toString("hex", 0, 16));
    if (protection) return `ASF ${protection}`;
    const size = Number(object.readBigUInt64LE(16));
    if (size < 24) return undefined;
    at += size;
  }
  return undefined;
}

const FILE_PROPERTIES = "a1dcab8c47a9cf118ee400c00c205365";

/**
 * Finds the object with a file's size and length (ASF specification 1.2 §3.2). Returns undefined
 * for a broadcast, in which those values mean nothing.
 */
function findFileProperties(head: Buffer): Buffer | undefined {
  if (head.toString("hex", 0, 16) !== ASF_HEADER) return undefined;
  const at = head.indexOf(FILE_PROPERTIES, 0, "hex");
  const properties = at < 0 ? undefined : head.subarray(at, at + 104);
  if (!properties || properties.length < 104) return undefined;
  const isBroadcast = (properties.readUInt32LE(88) & 1) === 1;
  return isBroadcast ? undefined : properties;
}

/** Reads from its head at which byte an ASF file ends. Returns undefined for other files. */
export function readAsfEnd(head: Buffer): number | undefined {
  const properties = findFileProperties(head);
  return properties && Number(properties.readBigUInt64LE(40));
}

/** Reads how long an ASF file plays, without the preroll. Returns undefined for other files. */
export function readAsfSeconds(head: Buffer): number | undefined {
  const properties = findFileProperties(head);
  if (!properties) return undefined;
  // The length is in tenths of a microsecond, the preroll in milliseconds.
  const playSeconds = Number(properties.readBigUInt64LE(64)) / 1e7;
  return playSeconds - Number(properties.readBigUInt64LE(80)) / 1000;
}
