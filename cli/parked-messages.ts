import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { JobId } from "../contract/job.ts";
import type { Deployment } from "../deployed/find-deployment.ts";
import { parseSourceKey } from "../functions/storage/job.ts";
import { ConversionFinished, SourceUploaded } from "../functions/storage/messages.ts";

/**
 * A job's work that was given up: a conversion (functions/dead-letters) or an email
 * (functions/unsent-emails).
 */
export interface ParkedMessage {
  what: "conversion" | "email";
  /** Empty if the message belongs to no job. */
  jobIds: JobId[];
  cause: string;
  /** Retries it. A conversion's job is reopened, and another email announces its end. */
  redrive(): Promise<void>;
}

interface Kind {
  what: ParkedMessage["what"];
  parkedUrl: string;
  queueUrl: string;
  /** @throws if it isn't a message of this kind */
  readJobIds: (json: unknown) => JobId[];
  /** Added to the message that is sent back. */
  mark: object;
}

/**
 * Long enough to look at every message. If a redrive is interrupted, its message comes back after
 * that.
 */
const LOOK_SECONDS = 120;

/**
 * Calls `visit` once for each parked message. A message that it doesn't redrive stays, and is
 * visible again at the end.
 */
export async function visitParkedMessages(
  deployment: Deployment,
  visit: (message: ParkedMessage) => Promise<void>,
): Promise<void> {
  const { outputs } = deployment;
  await visitKind(deployment, visit, {
    what: "conversion",
    parkedUrl: outputs.ParkedVideosUrl,
    queueUrl: outputs.VideoQueueUrl,
    readJobIds: (json) =>
      SourceUploaded.parse(json).keys.flatMap((key) => parseSourceKey(key)?.jobId ?? []),
    mark: { reopen: true },
  });
  await visitKind(deployment, visit, {
    what: "email",
    parkedUrl: outputs.ParkedEmailsUrl,
    queueUrl: outputs.Mp3QueueUrl,
    readJobIds: (json) => [ConversionFinished.parse(json).jobId],
    mark: {},
  });
}

async function visitKind(
  { config }: Deployment,
  visit: (message: ParkedMessage) => Promise<void>,
  { what, parkedUrl: QueueUrl, queueUrl, readJobIds, mark }: Kind,
): Promise<void> {
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: config.endpoint === undefined });
  const left = new Map<string, Message>();
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          // Only with a wait does SQS ask all of its servers, so that an empty answer means there
          // are no more.
          WaitTimeSeconds: 1,
          VisibilityTimeout: LOOK_SECONDS,
          MessageAttributeNames: ["Cause"],
        }),
      );
      const unseen = Messages.filter(({ MessageId = "" }) => !left.has(MessageId));
      if (unseen.length === 0) return;
      for (const message of unseen) {
        const { MessageId = "", Body = "", ReceiptHandle, MessageAttributes } = message;
        left.set(MessageId, message);
        await visit({
          what,
          jobIds: tryReading(Body, readJobIds),
          cause: MessageAttributes?.Cause?.StringValue ?? "Its worker failed every time.",
          async redrive() {
            const body = { ...(JSON.parse(Body) as object), ...mark };
            // The order matters: a message that exists twice is converted once and emailed once.
            await sqs.send(
              new SendMessageCommand({
                QueueUrl: queueUrl,
                MessageBody: JSON.stringify(body),
              }),
            );
            await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
            left.delete(MessageId);
          },
        });
      }
    }
  } finally {
    for (const { ReceiptHandle } of left.values()) {
      const message = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      await sqs.send(new ChangeMessageVisibilityCommand(message));
    }
    sqs.destroy();
  }
}

function tryReading(body: string, readJobIds: Kind["readJobIds"]): JobId[] {
  try {
    return readJobIds(JSON.parse(body));
  } catch {
    return [];
  }
}
