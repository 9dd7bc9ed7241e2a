import type { Usage } from "./model.ts";
import { HOURS_A_MONTH, PRICES, type Price } from "./prices.ts";

export interface Alternative {
  name: string;
  usd: number;
  /** What the price includes, and what it doesn't. */
  note: string;
  check?: string | undefined;
}

/** docs/engine.md, "Measured": one Debian ffmpeg, 60 minutes. */
const FFMPEG_SECONDS_PER_MINUTE = 39.7 / 60;
/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-credits-baseline-concepts.html */
const T4G_SMALL_CORES_FOR_EVER = 2 * 0.2;
const SERVER_DISK_GB = 30;

/** The same videos without Tapedeck. */
export function priceAlternatives({ videos, minutes }: Usage): Alternative[] {
  const ffmpegSeconds = minutes * FFMPEG_SECONDS_PER_MINUTE;
  const servers = Math.max(
    1,
    Math.ceil((videos * ffmpegSeconds) / (T4G_SMALL_CORES_FOR_EVER * HOURS_A_MONTH * 3600)),
  );
  const priceOfServer =
    HOURS_A_MONTH * (PRICES.serverHour.usd + PRICES.publicIpv4Hour.usd) +
    SERVER_DISK_GB * PRICES.serverGbMonth.usd;
  const cloudConvertMinutes = videos * Math.ceil(ffmpegSeconds / 60);
  return [
    {
      name: "MediaConvert",
      usd: videos * minutes * PRICES.mediaConvertMinute.usd,
      note: "only converting, by the minute of audio",
      check: checkOf(PRICES.mediaConvertMinute),
    },
    {
      name: servers === 1 ? "A server" : `${servers} servers`,
      usd: servers * priceOfServer,
      note: `t4g.small, ${SERVER_DISK_GB} GB of disk and an address each; without downloads, backups or your time`,
    },
    {
      name: "CloudConvert",
      usd: cloudConvertMinutes * PRICES.cloudConvertMinute.usd,
      note: "only converting, by each started minute that it takes",
      check: checkOf(PRICES.cloudConvertMinute),
    },
  ];
}

const checkOf = (price: Price) => price.check;
