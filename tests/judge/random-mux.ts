import { readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "../media/make-media.ts";
import { createRandom } from "../media/random.ts";
import { CODECS, CONTAINERS, type Codec, FLV_MP3_RATES } from "./formats.ts";
import { HEARD_RATE, type Recording, record } from "./recording.ts";
import { WRONG_SIZES } from "./wrong-sizes.ts";

/** What was done to a file after it was written. */
type Event =
  | "whole"
  /** Packets are missing, and the others keep their timestamps. */
  | "gap"
  /** No packet is missing, but the timestamps jump. */
  | "jump"
  /** No packet is missing, but the timestamps are rounded or uneven. */
  | "jitter"
  | "cut"
  /** Another file follows, perhaps with another sample rate or number of channels. */
  | "change"
  | "tail"
  /** The sizes that it declares are placeholders, or wrong by a header. */
  | "sizes"
  /** There is another audio track. */
  | "tracks"
  /** The start of the audio isn't presented. */
  | "edit"
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
  /** The place of the track that players play among the audio tracks. */
  playedTrack: number;
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
  const hasPictures = random() < 0.4 || container.needsPictures;
  const pictures = hasPictures ? container.pictures : undefined;
  const { isTimed = false } = container;
  const seconds = pick(LENGTHS);
  const drawn = pick<Event>([
    "whole",
    ...(isTimed ? (["gap", "jump", "jitter"] as const) : []),
    "cut",
    ...(container.joins ? (["change"] as const) : []),
    "tail",
    ...(name in WRONG_SIZES ? (["sizes"] as const) : []),
    ...(container.hasTracks ? (["tracks"] as const) : []),
    ...(container.hasEdits && !pictures ? (["edit"] as const) : []),
    ...(pictures ? (["late"] as const) : []),
  ]);
  const event = isWhole ? "whole" : drawn;
  const path = join(directory, `${seed}.${name}`);
  let made: Recording[] = [];
  let packetSeconds = 0;
  const playedTrack =
    event === "tracks" && container.hasTracks === "one is marked" ? pick([0, 1]) : 0;
  const makePart = async (part: string) => {
    const rate = pick(
      name === "flv" && codecName === "mp3"
        ? FLV_MP3_RATES
        : codec.rates.filter((hertz) => hertz <= 48000 || random() < 0.5),
    );
    const take = {
      // What follows isn't the same again.
      number: Math.floor(random() * TAKES) + TAKES * made.length,
      rate,
      layout: pick(codec.layouts),
      seconds,
    };
    const recording = await record(recordings, take);
    made.push(recording);
    packetSeconds = Math.max(packetSeconds, codec.packet / rate);
    const late = event === "late" ? `-itsoffset ${(0.2 + random()).toFixed(2)} ` : "";
    const video = pictures ? `-f lavfi -i testsrc2=s=64x48:r=25:d=${seconds} ` : "";
    const other =
      event === "tracks" ? await record(recordings, { ...take, number: 2 * TAKES }) : undefined;
    const inputs = [`${late}-i ${recording.path} `, other ? `-i ${other.path} ` : "", video];
    const audio = other && playedTrack === 1 ? "-map 1:a -map 0:a " : "-map 0:a ";
    const maps = [
      pictures ? `-map ${other ? 2 : 1}:v ` : "",
      other && playedTrack === 0 ? "-map 0:a -map 1:a " : audio,
      other ? `-disposition:a 0 -disposition:a:${playedTrack} default ` : "",
      pictures ? `${pictures} -b:v 100k ` : "",
    ];
    await generate(`${inputs.join("")}${maps.join("")}${codec.args} ${container.muxer} ${part}`);
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
    case "jump":
    case "jitter": {
      const whole = `${path}.whole`;
      await writeFile(whole, await readFile(path));
      const from = (0.3 * seconds).toFixed(3);
      const length = 0.1 + random() * 0.9;
      const to = (0.3 * seconds + length).toFixed(3);
      const jump = random() < 0.2 ? 12 : length;
      const uneven = `setts=ts=TS+floor((random(0)-0.5)*${(0.4 * packetSeconds).toFixed(4)}/TB)`;
      const rounded = "setts=ts=floor(TS*TB*100)/(100*TB)";
      const change = {
        gap: `noise=drop=between((pts-startpts)*tb\\,${from}\\,${to})`,
        jump: `setts=ts=TS+gte((TS-STARTPTS)*TB\\,${from})*${jump.toFixed(3)}/TB`,
        jitter: packetSeconds > 0.015 && random() < 0.5 ? rounded : uneven,
      }[event];
      await generate(`-i ${whole} -map 0 -c copy -bsf:a ${change} ${container.muxer} ${path}`);
      await rm(whole);
      break;
    }
    case "cut":
      await truncate(path, Math.floor((await stat(path)).size * (0.3 + 0.65 * random())));
      break;
    case "sizes": {
      const bytes = await readFile(path);
      WRONG_SIZES[name]?.(bytes, pick);
      await writeFile(path, bytes);
      break;
    }
    case "edit": {
      const whole = `${path}.whole`;
      await writeFile(whole, await readFile(path));
      const start = (0.2 + 0.5 * random()).toFixed(3);
      await generate(`-ss ${start} -i ${whole} -map 0 -c copy ${container.muxer} ${path}`);
      await rm(whole);
      made = made.map((recording) => ({
        ...recording,
        seconds: recording.seconds - Number(start),
        heard: recording.heard.subarray(Math.round(Number(start) * HEARD_RATE)),
      }));
      break;
    }
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
    playedTrack,
  };
}
