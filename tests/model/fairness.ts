import { createJobId, type Job } from "../../functions/storage/job.ts";
import type { Claim } from "../../functions/storage/job-store.ts";
import { createTurns } from "../../functions/storage/turns.ts";
import { makeJob } from "../fakes/jobs.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemoryUsageStore } from "../fakes/memory-usage-store.ts";
import { createRandom } from "../media/random.ts";

/** Videos of one user, uploaded at the same second. */
export interface Batch {
  user: string;
  videos: number;
  seconds: number;
  atSeconds: number;
}

export interface FairnessSettings {
  batches: Batch[];
  converters: number;
  /** Infinity: first come, first served. */
  conversionsPerUser: number;
  /** What a standard queue hands out: the oldest message, or, at worst, any. */
  order: "oldest" | "any";
  seed: number;
}

interface Fairness {
  /** From the upload to the conversion's start: the longest of each user, in seconds. */
  longestWaits: Record<string, number>;
  /** When the last conversion ended. */
  endSeconds: number;
  conversions: number;
  /** How often a converter only sent a message to the end of the queue. */
  sentAgain: number;
}

/** Of a converter that puts a message back: two requests to S3, one to SQS. */
const PUT_BACK_SECONDS = 0.06;

interface Message {
  job: Job;
  seconds: number;
  uploadedAt: number;
  visibleAt: number;
}

/** Simulates queue and converters, event by event; who gets a turn is decided by the real code. */
export async function simulate(settings: FairnessSettings): Promise<Fairness> {
  const random = createRandom(settings.seed);
  let clock = 0;
  const now = () => new Date(clock * 1000);
  const jobs = createMemoryJobStore(new Map(), { createId: () => crypto.randomUUID(), now });
  const turns = createTurns({
    usage: createMemoryUsageStore(),
    getJob: jobs.get,
    conversionsPerUser: settings.conversionsPerUser,
    now,
  });
  const owners = new Map<string, { owner: string; wait: number }>(
    settings.batches.map(({ user }) => [user, { owner: crypto.randomUUID(), wait: 0 }]),
  );
  const users = new Map<string, string>([...owners].map(([user, { owner }]) => [owner, user]));
  const queue: Message[] = [];
  for (const { user, videos, seconds, atSeconds } of settings.batches) {
    for (let video = 0; video < videos; video++) {
      const job = makeJob({ jobId: createJobId(), owner: owners.get(user)?.owner ?? "" });
      await jobs.create(job);
      queue.push({ job, seconds, uploadedAt: atSeconds, visibleAt: atSeconds });
    }
  }
  let busy: { until: number; message?: Message; claim?: Claim }[] = [];
  let conversions = 0;
  let sentAgain = 0;

  async function deliver(message: Message): Promise<void> {
    const turn = await turns.take(message.job);
    if (turn.kind === "wait") {
      sentAgain += 1;
      busy.push({ until: clock + PUT_BACK_SECONDS });
      queue.push({ ...message, visibleAt: clock + PUT_BACK_SECONDS + turn.seconds });
      return;
    }
    const { owner, jobId } = message.job;
    // Its heart beats all the time.
    const claimed = await jobs.claim(owner, jobId, 1e6);
    if (claimed.kind !== "claimed") throw new Error("A video is converted twice.");
    conversions += 1;
    busy.push({ until: clock + message.seconds, message, claim: claimed.claim });
    const user = owners.get(users.get(owner) ?? "");
    if (user) user.wait = Math.max(user.wait, clock - message.uploadedAt);
  }

  while (queue.length > 0 || busy.length > 0) {
    const times = busy.map(({ until }) => until);
    if (busy.length < settings.converters) times.push(...queue.map(({ visibleAt }) => visibleAt));
    clock = Math.max(clock, Math.min(...times));
    const done = busy.filter(({ until }) => until <= clock);
    busy = busy.filter(({ until }) => until > clock);
    for (const { message, claim } of done) {
      if (!message || !claim) continue;
      const result = { sizeBytes: 1, durationSeconds: 1, title: "" };
      await jobs.finish(claim, { state: "completed", result });
      await turns.end(message.job, 1);
    }
    while (busy.length < settings.converters) {
      const visible = queue.filter(({ visibleAt }) => visibleAt <= clock);
      const oldest = visible.reduce(
        (first, message) => (first && first.visibleAt <= message.visibleAt ? first : message),
        visible[0],
      );
      const next =
        settings.order === "oldest" ? oldest : visible[Math.floor(random() * visible.length)];
      if (!next) break;
      queue.splice(queue.indexOf(next), 1);
      await deliver(next);
    }
  }
  const longestWaits = Object.fromEntries([...owners].map(([user, { wait }]) => [user, wait]));
  return { longestWaits, endSeconds: clock, conversions, sentAgain };
}
