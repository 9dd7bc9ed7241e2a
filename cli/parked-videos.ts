import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { JobId } from "../contract/job.ts";
import { parseSourceKey } from "../functions/core/job.ts";
import { SourceUploaded } from "../functions/core/messages.ts";
import type { Deployment } from "./deployment.ts";

/** A message of a conversion that was given up (functions/dead-letters). */
export interface ParkedVideo {
  /** Empty if the message is no job's. */
  jobIds: JobId[];
  cause: string;
  /** Has it converted again: the job is open again, and its end is announced by another email. */
  redrive(): Promise<void>;
}

/** Long enough to look at every message; one whose redrive is interrupted comes back after it. */
const LOOK_SECONDS = 120;

/**
 * Calls `visit` for each parked message, once. What it doesn't redrive stays, and is visible again at
 * the end.
 */
export async function visitParkedVideos(
  { config, outputs }: Deployment,
  visit: (video: ParkedVideo) => Promise<void>,
): Promise<void> {
  const { ParkedVideosUrl: QueueUrl, VideoQueueUrl } = outputs;
  const sqs = new SQSClient({ ...config, useQueueUrlAsEndpoint: config.endpoint === undefined });
  const left = new Map<string, Message>();
  try {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          // SQS asks all of its servers only then, and an empty answer means that there are no more.
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
          jobIds: readJobIds(Body),
          cause: MessageAttributes?.Cause?.StringValue ?? "The job couldn't be ended for a day.",
          async redrive() {
            const body = { ...(JSON.parse(Body) as object), reopen: true };
            // In this order: a message that is there twice converts once.
            await sqs.send(
              new SendMessageCommand({
                QueueUrl: VideoQueueUrl,
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

function readJobIds(body: string): JobId[] {
  try {
    const { keys } = SourceUploaded.parse(JSON.parse(body));
    return keys.flatMap((key) => parseSourceKey(key)?.jobId ?? []);
  } catch {
    return [];
  }
}
