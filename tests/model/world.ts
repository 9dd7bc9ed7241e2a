import { Job, jobKey } from "../../functions/storage/job.ts";
import { makeJob } from "../fakes/jobs.ts";

export type QueueName = "video" | "given-up" | "parked" | "mp3" | "emails-given-up";

export interface Message {
  id: number;
  queue: QueueName;
  body: string;
  receives: number;
  /**
   * `waiting` lasts until the lease or the email's claim that the worker found has run out. A message
   * whose worker died is in this state, too, because it is hidden for longer than both.
   */
  state: "visible" | "hidden" | "waiting";
  /** How long until the message comes back if its worker dies now. */
  hideSeconds: number;
}

/** A call that a worker made, and its answer. The worker's next step follows from all of these. */
interface Call {
  name: string;
  outcome: { value: unknown } | { error: string };
}

export interface Worker {
  messageId: number;
  calls: Call[];
}

/** The state of everything, as plain data, so that it can be copied and compared. */
export interface World {
  /** The job's record as JSON; undefined once its owner has deleted it. */
  record: string | undefined;
  hasMp3: boolean;
  /** Whether the bucket's lifecycle may delete the source. */
  isSourceReleased: boolean;
  messages: Message[];
  workers: Worker[];
  emails: { to: string; state: string }[];
  ends: number;
  redrives: number;
  /** The crashes, failed calls, lost answers and stalls so far. */
  harms: number;
  deletions: number;
  /** How many more times the job finds its owner at the limit of conversions. */
  busyTurns: number;
  /** The longest time that a message waited after its worker died. */
  longestWaitSeconds: number;
}

const START = "2026-01-01T00:00:00.000Z";
export const NOW = new Date("2026-01-01T01:00:00.000Z");
const LONG_AGO = "2025-01-01T00:00:00.000Z";
export const JOB: Job = makeJob({
  jobId: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
  owner: "00000000-0000-4000-8000-00000000abcd",
  createdAt: START,
  updatedAt: START,
});
export const JOB_KEY = jobKey(JOB.owner, JOB.jobId);

/** Creates the world in which a video was uploaded, and announced `events` times. */
export function createWorld(events: number, busyTurns: number, uploadEvent: string): World {
  const world: World = {
    record: JSON.stringify(JOB),
    hasMp3: false,
    isSourceReleased: false,
    messages: [],
    workers: [],
    emails: [],
    ends: 0,
    redrives: 0,
    harms: 0,
    deletions: 0,
    busyTurns,
    longestWaitSeconds: 0,
  };
  for (let event = 0; event < events; event++) send(world, "video", uploadEvent);
  return world;
}

export function send(world: World, queue: QueueName, body: string): void {
  const taken = new Set(world.messages.map(({ id }) => id));
  let id = 0;
  while (taken.has(id)) id += 1;
  world.messages.push({ id, queue, body, receives: 0, state: "visible", hideSeconds: 0 });
}

export const readRecord = ({ record }: World): Job | undefined =>
  record === undefined ? undefined : Job.parse(JSON.parse(record));

export const hasLiveLease = (job: Job | undefined) =>
  job?.lease !== undefined && new Date(job.lease.expiresAt) > NOW;

export const hasLiveEmailClaim = (job: Job | undefined) =>
  job?.notification?.state === "sending" && new Date(job.notification.expiresAt) > NOW;

/** Lets time pass until the lease and the email's claim have run out. */
export function letClaimsRunOut(world: World): void {
  const job = readRecord(world);
  if (!job) return;
  if (job.lease) job.lease.expiresAt = LONG_AGO;
  if (job.notification?.state === "sending") job.notification.expiresAt = LONG_AGO;
  world.record = JSON.stringify(job);
}

/** Describes worlds that differ only in the order of messages and workers alike. */
export function describeState(world: World): string {
  const messages = world.messages.map((message) => JSON.stringify(message)).sort();
  const workers = world.workers.map((worker) => JSON.stringify(worker)).sort();
  return JSON.stringify({ ...world, messages, workers });
}
