import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { ChangeMessageVisibilityCommandInput } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { z } from "zod";
import { logger } from "./observability.ts";

/** Thrown to try again after so many seconds. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly delaySeconds: number;
  constructor(message: string, delaySeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.delaySeconds = delaySeconds;
  }
}

/** Makes a message visible again after so many seconds. */
export type DelayMessage = (
  message: Pick<ChangeMessageVisibilityCommandInput, "ReceiptHandle" | "VisibilityTimeout">,
) => Promise<unknown>;

/** The first retry; each later one waits twice as long. */
const FIRST_RETRY_SECONDS = 15;
/** SQS allows 12 hours; the receive count is used up long before. */
const MAX_RETRY_SECONDS = 15 * 60;

/**
 * A worker of one queue. What `handleMessage` throws returns that message to the queue, soon: the
 * visibility timeout alone would let the user wait for six times the function's own timeout. A message
 * that isn't of the schema won't get better by waiting: it goes to the DLQ as fast as SQS moves it.
 */
export function createQueueHandler<Schema extends z.ZodType>(
  schema: Schema,
  delayMessage: DelayMessage,
  handleMessage: (message: z.infer<Schema>, context: Context) => Promise<void>,
) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    const handleRecord = async (record: SQSRecord): Promise<void> => {
      try {
        await handleMessage(parseMessage(schema, record.body), context);
      } catch (error) {
        logger.error("message failed", { messageId: record.messageId, error: error as Error });
        await delayRetry(record, error);
        throw error;
      }
    };
    return processPartialResponse(event, handleRecord, new BatchProcessor(EventType.SQS), {
      context,
      throwOnFullBatchFailure: false,
    });
  };

  async function delayRetry(record: SQSRecord, error: unknown): Promise<void> {
    const received = Number(record.attributes.ApproximateReceiveCount);
    const seconds =
      error instanceof RetryLater
        ? error.delaySeconds
        : Math.min(FIRST_RETRY_SECONDS * 2 ** (received - 1), MAX_RETRY_SECONDS);
    try {
      await delayMessage({ ReceiptHandle: record.receiptHandle, VisibilityTimeout: seconds });
    } catch (delayError) {
      // The message comes back at the visibility timeout all the same.
      logger.warn("retry not brought forward", { error: delayError as Error });
    }
  }
}

function parseMessage<Schema extends z.ZodType>(schema: Schema, body: string): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    throw new RetryLater("The message is not of this queue's kind.", 0, { cause: error });
  }
}
