import { z } from "zod";

/** What the converter's log says about one job. Times are milliseconds since 1970. */
export interface ConverterTimes {
  queuedAt: number;
  receivedAt: number;
  engineStartedAt: number;
  firstFrameAt: number;
  lastFrameAt: number;
  /** The MP3 is an object in S3. */
  storedAt: number;
  sourceWaitMs: number;
  requests: number;
}

const Received = z.object({
  message: z.literal("message received"),
  jobId: z.string(),
  timestamp: z.iso.datetime().transform(Date.parse),
  queuedMilliseconds: z.number(),
  sinceReceivedMilliseconds: z.number(),
});

const Converted = z.object({
  message: z.literal("converted"),
  jobId: z.string(),
  ffmpegPath: z.string(),
  timestamp: z.iso.datetime().transform(Date.parse),
  figures: z.object({
    requests: z.number(),
    wallSeconds: z.number(),
    firstFrameSeconds: z.number(),
    lastFrameSeconds: z.number(),
    sourceWaitSeconds: z.number(),
  }),
});

const LogGroups = z.object({ logGroups: z.array(z.object({ logGroupName: z.string() })) });
const LogEvents = z.object({ events: z.array(z.object({ message: z.string() })) });

/** Reads them from CloudWatch Logs; undefined until the emulator has written them there. */
export async function readConverterTimes(
  endpoint: string,
  jobId: string,
): Promise<ConverterTimes | undefined> {
  const lines = await readLines(endpoint, jobId);
  const [received] = lines.flatMap((line) => Received.safeParse(line).data ?? []);
  const [converted] = lines.flatMap((line) => Converted.safeParse(line).data ?? []);
  if (!received || !converted) return undefined;
  const { figures, timestamp: storedAt } = converted;
  const receivedAt = received.timestamp - received.sinceReceivedMilliseconds;
  const engineStartedAt = storedAt - figures.wallSeconds * 1000;
  return {
    queuedAt: receivedAt - received.queuedMilliseconds,
    receivedAt,
    engineStartedAt,
    firstFrameAt: engineStartedAt + figures.firstFrameSeconds * 1000,
    lastFrameAt: engineStartedAt + figures.lastFrameSeconds * 1000,
    storedAt,
    sourceWaitMs: figures.sourceWaitSeconds * 1000,
    requests: figures.requests,
  };
}

/** Reads how often, and with which ffmpeg, a job was converted. */
export async function readConversions(
  endpoint: string,
  jobId: string,
): Promise<{ ffmpegPath: string }[]> {
  const lines = await readLines(endpoint, jobId);
  return lines.flatMap((line) => Converted.safeParse(line).data ?? []);
}

async function readLines(endpoint: string, jobId: string): Promise<unknown[]> {
  const logGroupNamePattern = "ConverterLogs";
  const groups = await callLogs(endpoint, "DescribeLogGroups", { logGroupNamePattern });
  const [group] = LogGroups.parse(groups).logGroups;
  if (!group) throw new Error(`No log group's name contains ${logGroupNamePattern}.`);
  const found = await callLogs(endpoint, "FilterLogEvents", { ...group, filterPattern: jobId });
  return LogEvents.parse(found).events.map(({ message }) => parseJson(message));
}

/** Calls CloudWatch Logs by its own protocol, unsigned, because this is the only call, and to an emulator. */
async function callLogs(endpoint: string, action: string, input: object): Promise<unknown> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `Logs_20140328.${action}`,
    },
    body: JSON.stringify(input),
  });
  if (!response.ok) throw new Error(`${action}: ${await response.text()}`);
  return response.json();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // START, END and REPORT are lines of text.
    return undefined;
  }
}
