import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import type { ChangeMessageVisibilityCommandInput } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { z } from "zod";
import { NeedsOperator } from "./needs-operator.ts";
import { addMetric, annotateJob, logger, metrics } from "./observability.ts";

/** Thrown to retry a message after some seconds; the wait doubles each further time. */
export class RetryLater extends Error {
  override readonly name = "RetryLater";
  readonly firstRetrySeconds: number;
  constructor(message: string, firstRetrySeconds: number, options?: ErrorOptions) {
    super(message, options);
    this.firstRetrySeconds = firstRetrySeconds;
  }
}

/** Makes a message visible again after so many seconds. */
export type DelayMessage = (
  message: Pick<ChangeMessageVisibilityCommandInput, "ReceiptHandle" | "VisibilityTimeout">,
) => Promise<unknown>;

export interface Delivery {
  body: string;
  context: Context;
  /** When the message was sent, in milliseconds since 1970. */
  queuedAt: number;
  /** Keeps the message from coming back for another `hideSeconds`. Never rejects. */
  hide: () => Promise<void>;
}

/** Long enough for a brief failure of S3 or SES. */
const FIRST_RETRY_SECONDS = 15;
/** SQS allows 12 hours. All tries are used up long before that. */
const MAX_RETRY_SECONDS = 15 * 60;

/**
 * A worker of one queue. If `handleMessage` throws, the message returns to the queue soon. With the
 * visibility timeout alone the user would wait for six times the function's timeout.
 */
export function createQueueHandler<Schema extends z.ZodType>(worker: {
  schema: Schema;
  /**
   * Returns the jobs that a message is about, for logs and traces. S3 puts one object into each
   * message.
   */
  identify: (message: z.infer<Schema>) => { jobId: string };
  handleMessage: (message: z.infer<Schema>, delivery: Delivery) => Promise<void>;
  /**
   * Keeps a message, with the reason, until the operator retries it: one that doesn't fit the schema, or
   * whose handling threw {@link NeedsOperator}. Trying again would change nothing.
   */
  park: (body: string, cause: string) => Promise<void>;
  delayMessage: DelayMessage;
  /**
   * How soon a message comes back after its worker died, if that must be sooner than the queue's
   * visibility timeout, which has to be longer than the function may run. The worker calls `hide`
   * more often than that.
   */
  hideSeconds?: number;
}) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    logger.addContext(context);
    try {
      return await processPartialResponse(
        event,
        (record: SQSRecord) => handleRecord(record, context),
        new BatchProcessor(EventType.SQS),
        {
          context,
          throwOnFullBatchFailure: false,
          // Two messages about one job must not both find that no email was sent.
          processInParallel: false,
        },
      );
    } finally {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };

  async function handleRecord(record: SQSRecord, context: Context): Promise<void> {
    let ids: { jobId?: string } = {};
    const hide = () => hideMessage(record);
    const hidden = hide();
    const queuedAt = Number(record.attributes.SentTimestamp);
    const delivery = { body: record.body, context, queuedAt, hide };
    try {
      const message = readMessage(record.body);
      if (!message.success) {
        throw new NeedsOperator("The message doesn't belong in this queue.", {
          cause: message.error,
        });
      }
      ids = worker.identify(message.data);
      annotateJob(ids.jobId);
      const described = describeDelivery(record);
      logger.info("message received", { ...ids, ...described });
      // Also counted for a worker that died.
      if (described.receiveCount > 1) addMetric("Retries", 1);
      await worker.handleMessage(message.data, delivery);
    } catch (error) {
      await hidden;
      const { messageId } = record;
      if (error instanceof NeedsOperator && (await parkMessage(record.body, error))) {
        logger.error("message parked", { ...ids, messageId, error });
        return;
      }
      logger.error("message failed", { ...ids, messageId, error: error as Error });
      await delayRetry(record, error);
      throw error;
    }
  }

  /** @returns false if that failed, too, so that the message has to come back. */
  async function parkMessage(body: string, { name, message }: NeedsOperator): Promise<boolean> {
    try {
      await worker.park(body, `${name}: ${message}`);
      return true;
    } catch (error) {
      logger.warn("message not parked", { error: error as Error });
      return false;
    }
  }

  function readMessage(body: string) {
    try {
      return worker.schema.safeParse(JSON.parse(body));
    } catch (error) {
      return { success: false, error } as const;
    }
  }

  async function hideMessage({ receiptHandle }: SQSRecord): Promise<void> {
    if (worker.hideSeconds === undefined) return;
    try {
      await worker.delayMessage({
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: worker.hideSeconds,
      });
    } catch (error) {
      // At worst the message comes back early and finds the lease, or comes back late if this
      // worker dies.
      logger.warn("message not hidden", { error: error as Error });
    }
  }

  async function delayRetry(record: SQSRecord, error: unknown): Promise<void> {
    const received = Number(record.attributes.ApproximateReceiveCount);
    const firstSeconds =
      error instanceof RetryLater ? error.firstRetrySeconds : FIRST_RETRY_SECONDS;
    const seconds = Math.min(firstSeconds * 2 ** (received - 1), MAX_RETRY_SECONDS);
    try {
      await worker.delayMessage({
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: seconds,
      });
    } catch (delayError) {
      // The message still comes back at the visibility timeout.
      logger.warn("retry not brought forward", { error: delayError as Error });
    }
  }
}

/** How long the message waited, first in the queue and then, if the function was cold, for its start. */
function describeDelivery({ messageId, attributes }: SQSRecord) {
  const receivedAt = Number(attributes.ApproximateFirstReceiveTimestamp);
  return {
    messageId,
    receiveCount: Number(attributes.ApproximateReceiveCount),
    queuedMilliseconds: receivedAt - Number(attributes.SentTimestamp),
    sinceReceivedMilliseconds: Date.now() - receivedAt,
  };
}
