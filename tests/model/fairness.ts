import { createJobId } from "../../contract/job-id.ts";
import type { Job } from "../../functions/storage/job.ts";
import type { Claim } from "../../functions/storage/job-store.ts";
import { createTurns } from "../../functions/storage/turns.ts";
import { makeJob } from "../fakes/jobs.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemoryUsageStore } from "../fakes/memory-usage-store.ts";
import { createRandom } from "../media/random.ts";

/** Videos that one user uploads in the same second. */
export interface Batch {
  user: string;
  videos: number;
  seconds: number;
  atSeconds: number;
}

export interface FairnessSettings {
  batches: Batch[];
  converters: number;
  /** Infinity means first come, first served. */
  conversionsPerUser: number;
  /** Which message the queue delivers. A standard queue prefers the oldest, but promises no order. */
  order: "oldest" | "any";
  seed: number;
}

interface Fairness {
  /** Each user's longest wait from the upload to the start of the conversion, in seconds. */
  longestWaits: Record<string, number>;
  /** When the last conversion ended, in seconds. */
  endSeconds: number;
  conversions: number;
  /** How many times a converter put a message back at the end of the queue. */
  sentAgain: number;
}

/** What it takes a converter to put a message back: two requests to S3 and one to SQS. */
const PUT_BACK_SECONDS = 0.06;

interface Message {
  job: Job;
  seconds: number;
  uploadedAt: number;
  visibleAt: number;
}

/** Simulates the queue and the converters event by event. The real code decides whose turn it is. */
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
    // No heartbeat is simulated, so the lease has to outlast the conversion.
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
