import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DelayMessage } from "./queue.ts";

export const createMessageDelayer =
  (sqs: SQSClient, queueUrl: string): DelayMessage =>
  (message) =>
    sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ...message }));

export const createPublisher =
  <Message>(sqs: SQSClient, queueUrl: string) =>
  async (message: Message): Promise<void> => {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(message) }),
    );
  };
