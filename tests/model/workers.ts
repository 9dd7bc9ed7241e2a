import type { SQSEvent } from "aws-lambda";
import { createHandler as createConverter } from "../../functions/converter/handler.ts";
import { createHandler as createDeadLetters } from "../../functions/dead-letters/handler.ts";
import { createHandler as createNotifier } from "../../functions/notifier/handler.ts";
import { ClaimLost, type JobStore } from "../../functions/storage/job-store.ts";
import { NOTIFICATION_CLAIM_SECONDS } from "../../functions/storage/notification.ts";
import { makeContext } from "../fakes/lambda.ts";
import { createMemoryCovers } from "../fakes/memory-covers.ts";
import { createMemoryJobStore } from "../fakes/memory-job-store.ts";
import { createMemorySettings } from "../fakes/memory-settings.ts";
import { CONVERTED } from "../fakes/outcomes.ts";
import { createMemoryTokens } from "../fakes/tokens.ts";
import { JOB, JOB_KEY, type Message, NOW, send, type Worker, type World } from "./world.ts";

/** Faults of the past, which are put back to check that the model finds them. */
export type OldFault =
  /** Nothing read the video queue's DLQ. */
  | "no end for what is given up"
  /** Only the queue's visibility timeout hid a message. */
  | "messages aren't hidden"
  /** An email was recorded after it was sent, and not claimed before. */
  | "emails aren't claimed";

const LEASE_SECONDS = 60;
export const QUEUE_VISIBILITY_SECONDS = 90 * 60;

/** The call that a worker waits for. `perform` makes it. */
export interface PendingCall {
  name: string;
  perform: (world: World) => Promise<unknown>;
}

export type Progress =
  | { kind: "pending"; call: PendingCall }
  | { kind: "returned"; succeeded: boolean; waits: boolean };

/** Ends a replayed run. Nothing it does after this counts. */
class Unplugged extends Error {}

/**
 * Runs the real handler from its beginning, with the answers it got so far, up to its next call. All
 * it does is to make calls, so this restores its state.
 */
export async function replay(
  worker: Worker,
  message: Message,
  oldFault?: OldFault,
): Promise<Progress> {
  const answers = [...worker.calls];
  const waits: number[] = [];
  let isUnplugged = false;
  let unplug = () => {};
  const unplugged = new Promise<never>((_resolve, reject) => {
    unplug = () => {
      isUnplugged = true;
      reject(new Unplugged());
    };
  });
  unplugged.catch(() => {});
  let reportPending = (_call: PendingCall) => {};
  const pending = new Promise<Progress>((resolve) => {
    reportPending = (call) => resolve({ kind: "pending", call });
  });

  const call = async <T>(name: string, perform: (world: World) => Promise<T>): Promise<T> => {
    if (isUnplugged) throw new Unplugged();
    const answer = answers.shift();
    if (!answer) {
      reportPending({ name, perform });
      return unplugged;
    }
    if (answer.name !== name) throw new Error(`The worker isn't deterministic at ${name}.`);
    if ("error" in answer.outcome) throw reviveError(answer.outcome.error);
    return reviveDates(answer.outcome.value) as T;
  };
  const handler = createWorker(message, call, waits, oldFault);
  const returned = handler(toEvent(message), makeContext()).then(
    ({ batchItemFailures }): Progress => ({
      kind: "returned",
      succeeded: batchItemFailures.length === 0,
      waits: (waits.at(-1) ?? 0) >= LEASE_SECONDS,
    }),
  );
  returned.catch(() => {});
  const progress = await Promise.race([pending, returned]);
  unplug();
  await returned.catch(() => {});
  return progress;
}

type PerformCall = <T>(name: string, perform: (world: World) => Promise<T>) => Promise<T>;

function createWorker(message: Message, call: PerformCall, waits: number[], oldFault?: OldFault) {
  const jobs = callStore(call, oldFault);
  const publish = (body: object) =>
    call("publish", async (world) => send(world, "mp3", JSON.stringify(body)));
  const deleteResult = () =>
    call("delete result", async (world) => {
      world.hasMp3 = false;
    });
  const delayMessage = async ({ VisibilityTimeout = 0 }) => {
    if (VisibilityTimeout !== 2 * LEASE_SECONDS || message.queue !== "video") {
      waits.push(VisibilityTimeout);
    }
  };
  const park = (body: string) => call("park", async (world) => send(world, "parked", body));
  switch (message.queue) {
    case "video":
      return createConverter({
        jobs,
        publish,
        delayMessage,
        park,
        turns: {
          take: () =>
            call("take a turn", async (world) => {
              if (world.busyTurns === 0) return { kind: "taken" };
              world.busyTurns -= 1;
              return { kind: "wait", seconds: 2 };
            }),
          end: async () => {},
        },
        sendAgain: (body) =>
          call("send again", async (world) => send(world, "video", JSON.stringify(body))),
        ffmpegPath: "ffmpeg",
        maxSourceBytes: 1e9,
        leaseSeconds: LEASE_SECONDS,
        sources: {
          open: async () => ({ sizeBytes: JOB.sizeBytes, async *read() {} }),
        },
        holds: {
          release: () =>
            call("release source", async (world) => {
              world.isSourceReleased = true;
            }),
          releaseGone: () =>
            call("release source", async (world) => {
              world.isSourceReleased = true;
            }),
        },
        covers: createMemoryCovers(),
        results: {
          createSink: () => ({
            write: async () => {},
            finish: async () => {},
            abort: async () => {},
          }),
          delete: deleteResult,
          discardUnfinished: async () => {},
        },
        convertMedia: () =>
          call("convert", async (world) => {
            world.hasMp3 = true;
            return CONVERTED;
          }),
      });
    case "given-up":
      return createDeadLetters({
        jobs,
        publish,
        delayMessage,
        deleteResult,
        park,
      });
    default:
      return createNotifier({
        jobs,
        delayMessage,
        park,
        settings: createMemorySettings(),
        sendAgain: async () => {},
        tokens: {
          ...createMemoryTokens(),
          issueLink: async () => "link",
          issueUnsubscribe: async () => "unsubscribe",
        },
        sendEmail: (to, { subject }) =>
          call("send email", async (world) => {
            const state = /ready/.test(subject) ? "completed" : "failed";
            world.emails.push({ to, state });
          }),
        publicApiUrl: "https://api.test",
        pageUrl: "https://page.test",
        resultRetentionDays: 30,
      });
  }
}

/** Wraps the tests' store so that each of its methods is one call. */
function callStore(call: PerformCall, oldFault?: OldFault): JobStore {
  const on = <T>(name: string, use: (store: JobStore, world: World) => Promise<T>) =>
    call(name, async (world) => {
      const records = new Map(world.record === undefined ? [] : [[JOB_KEY, world.record]]);
      const store = createMemoryJobStore(records, {
        createId: () => createUnusedId(world),
        now: () => NOW,
      });
      try {
        return await use(store, world);
      } finally {
        world.record = records.get(JOB_KEY);
      }
    });
  const unused = () => Promise.reject(new Error("No worker does this."));
  return {
    create: unused,
    list: unused,
    delete: unused,
    markSeen: unused,
    recordProgress: unused,
    get: (...request) => on("get", (store) => store.get(...request)),
    claim: (...request) => on("claim", (store) => store.claim(...request)),
    release: (...request) => on("release", (store) => store.release(...request)),
    finish: (...request) =>
      on("finish", async (store, world) => {
        const job = await store.finish(...request);
        world.ends += 1;
        return job;
      }),
    claimNotification: (...request) =>
      on("claim email", async (store) => {
        const claimed = await store.claimNotification(...request);
        if (oldFault === "emails aren't claimed" && claimed.kind === "claimed") {
          await store.settleNotification(claimed.claim, "unsent");
        }
        return claimed;
      }),
    settleNotification: (claim, outcome) =>
      on("settle email", async (store) => {
        if (oldFault !== "emails aren't claimed") return store.settleNotification(claim, outcome);
        const { owner, jobId } = claim.job;
        const again = await store.claimNotification(owner, jobId, NOTIFICATION_CLAIM_SECONDS);
        if (again.kind === "claimed") await store.settleNotification(again.claim, outcome);
      }),
  };
}

/** Creates the first id that the world doesn't have yet, so that equal worlds have equal ids. */
function createUnusedId(world: World): string {
  const known = JSON.stringify([world.record, world.workers]);
  for (let number = 1; ; number++) {
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    if (!known.includes(id)) return id;
  }
}

const reviveError = (text: string) =>
  text.startsWith("ClaimLost") ? new ClaimLost(text) : new Error(text);

function reviveDates(value: unknown): unknown {
  const claimed = value as { kind?: string; expiresAt?: string } | undefined;
  if (!claimed?.expiresAt || !claimed.kind) return structuredClone(value);
  return { ...claimed, expiresAt: new Date(claimed.expiresAt) };
}

const toEvent = ({ body, receives }: Message) =>
  ({
    Records: [
      {
        messageId: "message",
        receiptHandle: "receipt",
        body,
        attributes: {
          ApproximateReceiveCount: String(receives),
          SentTimestamp: "0",
          ApproximateFirstReceiveTimestamp: "0",
        },
      },
    ],
  }) as unknown as SQSEvent;
