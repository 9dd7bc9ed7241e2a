import { createHash } from "node:crypto";
import { sourceKey } from "../../functions/storage/job.ts";
import {
  type OldFault,
  type PendingCall,
  type Progress,
  QUEUE_VISIBILITY_SECONDS,
  replay,
} from "./workers.ts";
import {
  createWorld,
  describeState,
  hasLiveEmailClaim,
  hasLiveLease,
  JOB,
  letClaimsRunOut,
  type Message,
  type QueueName,
  readRecord,
  send,
  type Worker,
  type World,
} from "./world.ts";

export interface Bounds {
  /** How many times S3 announces the upload. */
  events: number;
  /** How many times the job has to wait for its owner's other conversions. */
  busyTurns?: number;
  /** The most crashes, failed calls, lost answers and stalls in one history. */
  harms: number;
  /** How many times a message is delivered before it goes to the DLQ. */
  tries: number;
  deletions: number;
  redrives: number;
  /** Stops after this many states, without an error. */
  maxStates: number;
  oldFault?: OldFault;
}

export interface Exploration {
  states: number;
  steps: number;
  /** States in which nothing more happens unless an operator acts. */
  ends: number;
  isComplete: boolean;
  /** What went wrong, and the steps that led to it. */
  violation?: { sentence: string; history: string[] };
}

const NEXT_QUEUE: Partial<Record<QueueName, QueueName>> = {
  video: "given-up",
  "given-up": "parked",
  mp3: "emails-given-up",
};
const MAX_WORKERS = 2;
/** The job of a converter that was killed must continue within this time. */
const MAX_WAIT_SECONDS = 180;

const UPLOAD_EVENT = JSON.stringify({
  Records: [{ s3: { object: { key: sourceKey(JOB.owner, JOB.jobId) } } }],
});

interface Step {
  name: string;
  world: World;
}

/**
 * Follows every history of one job within `bounds`. The search is breadth first, so a violation comes
 * with the shortest history that leads to it. The handlers, the decisions on claims and the messages
 * are the real ones, and everything around them is plain data.
 */
export async function explore(bounds: Bounds): Promise<Exploration> {
  const start = createWorld(bounds.events, bounds.busyTurns ?? 0, UPLOAD_EVENT);
  const seen = new Map<string, { before: string | undefined; name: string }>();
  const identify = (world: World) =>
    createHash("sha1").update(describeState(world)).digest("base64");
  const startId = identify(start);
  seen.set(startId, { before: undefined, name: "start" });
  let frontier: { id: string; world: World }[] = [{ id: startId, world: start }];
  let steps = 0;
  let ends = 0;

  const recount = (id: string | undefined) => {
    const history: string[] = [];
    for (let at = id; at !== undefined; at = seen.get(at)?.before) {
      history.unshift(seen.get(at)?.name ?? "");
    }
    return history;
  };

  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { id, world } of frontier) {
      const successors = await findSteps(world, bounds);
      const isAtRest = !successors.some(({ name }) => !name.startsWith("operator"));
      if (isAtRest) ends += 1;
      const sentence = findViolation(world) ?? (isAtRest ? findUnfinished(world) : undefined);
      if (sentence) {
        const violation = { sentence, history: recount(id) };
        return { states: seen.size, steps, ends, isComplete: false, violation };
      }
      for (const successor of successors) {
        steps += 1;
        const successorId = identify(successor.world);
        if (seen.has(successorId)) continue;
        seen.set(successorId, { before: id, name: successor.name });
        next.push({ id: successorId, world: successor.world });
      }
      if (seen.size >= bounds.maxStates) {
        return { states: seen.size, steps, ends, isComplete: false };
      }
    }
    frontier = next;
  }
  return { states: seen.size, steps, ends, isComplete: true };
}

/** Returns everything that can happen next. */
async function findSteps(world: World, bounds: Bounds): Promise<Step[]> {
  const steps: Step[] = [];
  const then = (name: string, change: (copy: World) => void) => {
    const copy = structuredClone(world);
    change(copy);
    steps.push({ name, world: copy });
  };
  const mayHarm = world.harms < bounds.harms;

  for (const message of world.messages) addDeliveries(world, message, bounds, then);
  for (const worker of world.workers) {
    const message = world.messages.find(({ id }) => id === worker.messageId);
    if (message) steps.push(...(await findWorkerSteps(world, worker, message, bounds, mayHarm)));
  }
  const job = readRecord(world);
  if (hasLiveLease(job) || hasLiveEmailClaim(job)) {
    // Time passes without harm if there is no worker. Otherwise, a worker has stalled.
    if (world.workers.length === 0) then("claims run out", letClaimsRunOut);
    else if (mayHarm) {
      then("a worker stalls, claims run out", (copy) => {
        copy.harms += 1;
        letClaimsRunOut(copy);
      });
    }
  }
  if (job && world.deletions < bounds.deletions) {
    then("the user deletes the job", (copy) => {
      copy.deletions += 1;
      copy.record = undefined;
      copy.hasMp3 = false;
    });
  }
  const parked = world.messages.find(({ queue }) => queue === "parked");
  if (parked && world.redrives < bounds.redrives) {
    then("operator redrives", (copy) => {
      copy.redrives += 1;
      copy.messages = copy.messages.filter(({ id }) => id !== parked.id);
      send(copy, "video", JSON.stringify({ ...(JSON.parse(parked.body) as object), reopen: true }));
    });
  }
  return steps;
}

function addDeliveries(
  world: World,
  message: Message,
  bounds: Bounds,
  then: (name: string, change: (copy: World) => void) => void,
): void {
  const { id, queue } = message;
  const isWorkedOff =
    queue === "video" ||
    queue === "mp3" ||
    (queue === "given-up" && bounds.oldFault !== "no end for what is given up");
  if (!isWorkedOff || message.state === "hidden") return;
  if (message.state === "waiting") {
    const job = readRecord(world);
    if (queue === "mp3" ? hasLiveEmailClaim(job) : hasLiveLease(job)) return;
  }
  if (message.receives >= bounds.tries) {
    then(`${queue} message is given up`, (copy) => {
      change(copy, id, { queue: NEXT_QUEUE[queue] ?? queue, receives: 0, state: "visible" });
    });
    return;
  }
  if (world.workers.length >= MAX_WORKERS) return;
  then(`${queue} message is delivered`, (copy) => {
    // The first thing that the converter does is to hide its message. Other workers rely on the queue.
    const isHidden = queue !== "video" || bounds.oldFault !== "messages aren't hidden";
    change(copy, id, {
      receives: message.receives + 1,
      state: "hidden",
      hideSeconds: isHidden ? 120 : QUEUE_VISIBILITY_SECONDS,
    });
    copy.workers.push({ messageId: id, calls: [] });
  });
}

async function findWorkerSteps(
  world: World,
  worker: Worker,
  message: Message,
  bounds: Bounds,
  mayHarm: boolean,
): Promise<Step[]> {
  const progress = await replayOnce(worker, message, bounds);
  const index = world.workers.indexOf(worker);
  const copyWorld = () => structuredClone(world);
  const leave = (copy: World) => copy.workers.splice(index, 1);
  const crash = (copy: World) => {
    leave(copy);
    copy.harms += 1;
    copy.longestWaitSeconds = Math.max(copy.longestWaitSeconds, message.hideSeconds);
    change(copy, message.id, { state: "waiting" });
  };
  const steps: Step[] = [];
  if (progress.kind === "returned") {
    const copy = copyWorld();
    leave(copy);
    if (progress.succeeded) copy.messages = copy.messages.filter(({ id }) => id !== message.id);
    else change(copy, message.id, { state: progress.waits ? "waiting" : "visible" });
    steps.push({ name: `${message.queue}: returns`, world: copy });
  } else {
    steps.push(
      ...(await findCallSteps(copyWorld, index, message.queue, progress.call, mayHarm, crash)),
    );
  }
  if (mayHarm) {
    const copy = copyWorld();
    crash(copy);
    const where = progress.kind === "pending" ? `before "${progress.call.name}"` : "at its end";
    steps.push({ name: `${message.queue}: dies ${where}`, world: copy });
  }
  return steps;
}

/** A worker's next step depends only on its message and the answers it got, so it can be cached. */
const replayed = new WeakMap<Bounds, Map<string, Promise<Progress>>>();

function replayOnce(worker: Worker, message: Message, bounds: Bounds): Promise<Progress> {
  const known = replayed.get(bounds) ?? new Map<string, Promise<Progress>>();
  replayed.set(bounds, known);
  const key = JSON.stringify([worker.calls, message.queue, message.body, message.receives]);
  const progress = known.get(key) ?? replay(worker, message, bounds.oldFault);
  known.set(key, progress);
  return progress;
}

async function findCallSteps(
  copyWorld: () => World,
  workerIndex: number,
  queue: QueueName,
  call: PendingCall,
  mayHarm: boolean,
  crash: (copy: World) => void,
): Promise<Step[]> {
  const note = (copy: World, outcome: { value: unknown } | { error: string }) =>
    copy.workers[workerIndex]?.calls.push({ name: call.name, outcome });
  const perform = async (copy: World): Promise<{ value: unknown } | { error: string }> => {
    try {
      return { value: toData(await call.perform(copy)) };
    } catch (error) {
      return { error: error instanceof Error ? `${error.name}: ${error.message}` : "unknown" };
    }
  };
  const done = copyWorld();
  note(done, await perform(done));
  const steps = [{ name: `${queue}: ${call.name}`, world: done }];
  if (!mayHarm) return steps;

  const failed = copyWorld();
  failed.harms += 1;
  note(failed, { error: "It failed." });
  const lost = copyWorld();
  lost.harms += 1;
  const outcome = await perform(lost);
  note(lost, "error" in outcome ? outcome : { error: "The answer was lost." });
  const dead = copyWorld();
  await perform(dead);
  crash(dead);
  steps.push(
    { name: `${queue}: "${call.name}" fails`, world: failed },
    { name: `${queue}: the answer to "${call.name}" is lost`, world: lost },
    { name: `${queue}: dies after "${call.name}"`, world: dead },
  );
  return steps;
}

function change(world: World, id: number, values: Partial<Message>): void {
  const message = world.messages.find((candidate) => candidate.id === id);
  if (message) Object.assign(message, values);
}

const toData = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** Checks what must hold in every state. */
function findViolation(world: World): string | undefined {
  if (world.ends > 1 + world.redrives) return "Two workers ended the same job.";
  if (world.emails.some(({ to }) => to !== JOB.ownerEmail))
    return "An email went to somebody else.";
  if (world.emails.length > 1 + world.redrives + world.harms)
    return "More emails went out than the harms explain.";
  if (world.longestWaitSeconds > MAX_WAIT_SECONDS) {
    return `A job whose worker died waits for ${world.longestWaitSeconds} s.`;
  }
  return undefined;
}

/** Checks what must hold once nobody works on the job any more. */
function findUnfinished(world: World): string | undefined {
  const job = readRecord(world);
  if (!job) return world.hasMp3 ? "The job was deleted, but not its MP3." : undefined;
  if (job.state !== "completed" && job.state !== "failed") return "The job never ends.";
  if (world.hasMp3 !== (job.state === "completed")) return "The MP3 and the record disagree.";
  const isGivenUp = job.failure?.code === "internal";
  const queues = world.messages.map(({ queue }) => queue);
  if (isGivenUp && !queues.includes("parked")) return "A job that was given up can't be redriven.";
  if (isGivenUp && world.isSourceReleased) return "A job that was given up may lose its source.";
  const isEmailKept = queues.includes("emails-given-up");
  if (!world.emails.some(({ state }) => state === job.state) && !isEmailKept)
    return "The job ended, and nobody was notified.";
  return undefined;
}
