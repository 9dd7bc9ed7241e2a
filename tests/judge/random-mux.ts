import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";
import { CODECS, CONTAINERS, type Codec, FLV_MP3_RATES } from "./formats.ts";
import { type Recording, record } from "./recording.ts";

/** What was done to a file after it was written. */
type Event =
  | "whole"
  /** Packets are missing, and the others keep their timestamps. */
  | "gap"
  /** No packet is missing, but the timestamps jump. */
  | "jump"
  | "cut"
  /** Another file follows, perhaps with another sample rate or number of channels. */
  | "change"
  | "tail"
  /** The audio starts after the pictures. */
  | "late";

export interface Mux {
  path: string;
  container: string;
  codec: string;
  hasPictures: boolean;
  event: Event;
  /** Whether its packets have timestamps. */
  isTimed: boolean;
  /** The recordings in it, in order. */
  recordings: Recording[];
  /** The length of the longest packet. */
  packetSeconds: number;
}

/** There are few lengths and takes, so that recordings can be reused. */
const LENGTHS = [2, 3.3, 4.7];
const TAKES = 3;

/** Makes the random file of this seed. With `isWhole`, it is left as it was written. */
export async function makeMux(
  seed: number,
  directory: string,
  recordings: string,
  isWhole = false,
): Promise<Mux> {
  const random = createRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const name = pick(Object.keys(CONTAINERS));
  const container = CONTAINERS[name] as (typeof CONTAINERS)[string];
  const codecName = pick(container.codecs);
  const codec: Codec = CODECS[codecName];
  const pictures = random() < 0.4 ? container.pictures : undefined;
  const { isTimed = false } = container;
  const seconds = pick(LENGTHS);
  const drawn = pick<Event>([
    "whole",
    isTimed ? "gap" : "whole",
    isTimed ? "jump" : "whole",
    "cut",
    container.joins ? "change" : "whole",
    "tail",
    pictures ? "late" : "whole",
  ]);
  const event = isWhole ? "whole" : drawn;
  const path = join(directory, `${seed}.${name}`);
  const made: Recording[] = [];
  let packetSeconds = 0;
  const makePart = async (part: string) => {
    const rate = pick(
      name === "flv" && codecName === "mp3"
        ? FLV_MP3_RATES
        : codec.rates.filter((hertz) => hertz <= 48000 || random() < 0.5),
    );
    const take = {
      number: Math.floor(random() * TAKES),
      rate,
      layout: pick(codec.layouts),
      seconds,
    };
    const recording = await record(recordings, take);
    made.push(recording);
    packetSeconds = Math.max(packetSeconds, codec.packet / rate);
    const late = event === "late" ? `-itsoffset ${(0.2 + random()).toFixed(2)} ` : "";
    const video = pictures ? `-f lavfi -i testsrc2=s=64x48:r=25:d=${seconds} ` : "";
    const maps = pictures ? `-map 1:v -map 0:a ${pictures} -b:v 100k ` : "";
    await generate(
      `${late}-i ${recording.path} ${video}${maps}${codec.args} ${container.muxer} ${part}`,
    );
  };
  await makePart(path);
  switch (event) {
    case "change": {
      const second = `${path}.second`;
      await makePart(second);
      await writeFile(path, Buffer.concat([await readFile(path), await readFile(second)]));
      await rm(second);
      break;
    }
    case "gap":
    case "jump": {
      const whole = `${path}.whole`;
      await writeFile(whole, await readFile(path));
      const from = (0.3 * seconds).toFixed(3);
      const length = 0.1 + random() * 0.9;
      const to = (0.3 * seconds + length).toFixed(3);
      const change =
        event === "gap"
          ? `noise=drop=between((pts-startpts)*tb\\,${from}\\,${to})`
          : `setts=ts=TS+gte((TS-STARTPTS)*TB\\,${from})*${length.toFixed(3)}/TB`;
      await generate(`-i ${whole} -map 0 -c copy -bsf:a ${change} ${container.muxer} ${path}`);
      await rm(whole);
      break;
    }
    case "cut":
      await truncate(path, Math.floor((await stat(path)).size * (0.3 + 0.65 * random())));
      break;
    case "tail": {
      const tail = Buffer.alloc(1 + Math.floor(random() * 300), random() < 0.5 ? 0 : 0x20);
      await writeFile(path, Buffer.concat([await readFile(path), tail]));
      break;
    }
  }
  return {
    ...{ path, container: name, codec: codecName, event, isTimed, packetSeconds },
    hasPictures: pictures !== undefined,
    recordings: made,
  };
}
