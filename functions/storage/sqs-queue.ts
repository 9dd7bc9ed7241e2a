import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DelayMessage } from "../runtime/queue.ts";

export const createMessageDelayer =
  (sqs: SQSClient, queueUrl: string): DelayMessage =>
  (message) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ...message }));

export const createPublisher =
  <Message>(sqs: SQSClient, queueUrl: string) =>
  async (message: Message, delaySeconds = 0): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      }),
    );
  };

/** Keeps a message unchanged, with the reason as an attribute, in a queue that has no worker. */
export const createParker =
  (sqs: SQSClient, queueUrl: string) =>
  async (body: string, cause: string): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        MessageAttributes: { Cause: { DataType: "String", StringValue: toSqsText(cause) } },
      }),
    );
  };

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html */
const toSqsText = (text: string) => text.toWellFormed().replace(/[\p{Cc}\uFFFE\uFFFF]/gu, " ");
