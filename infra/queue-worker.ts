import { Duration } from "aws-cdk-lib";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { ALARM_PERIOD, type Alarms } from "./alarms.ts";
import type { NodeFunction } from "./node-function.ts";
import { DLQ_RETENTION_DAYS, type Target } from "./target.ts";

/** AWS's minimum for queues that feed functions. With fewer, throttling alone fills the DLQ. */
const MAX_RECEIVE_COUNT = 5;

export interface QueueWorkerProps {
  target: Target;
  alarms: Alarms;
  worker: NodeFunction;
  workerTimeoutSeconds: number;
  batchSize: number;
  maxConcurrency: number;
  /** How often a message is tried before it is given up. */
  maxReceiveCount?: number;
  /**
   * Where messages go after the last try: to another worker, or to a queue whose alarm calls the
   * operator.
   */
  deadLetters: { worker: QueueWorker } | { consequence: string; runbook: string };
  waiting: { aboveMinutes: number; consequence: string; runbook: string };
}

/**
 * A queue, its worker, the DLQ for messages that the worker can't handle, and the alarms on both.
 */
export class QueueWorker extends Construct {
  readonly queue: Queue;
  readonly dlq: Queue;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    const { target, worker, alarms, deadLetters, waiting } = props;
    const security = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: target.kind === "aws",
    };

    this.dlq =
      "worker" in deadLetters
        ? deadLetters.worker.queue
        : new Queue(this, "Dlq", {
            ...security,
            retentionPeriod: Duration.days(DLQ_RETENTION_DAYS),
          });
    this.queue = new Queue(this, "Queue", {
      ...security,
      // The DLQ also counts from the first arrival, so a shorter time here would shorten the time
      // for a redrive.
      retentionPeriod: Duration.days(DLQ_RETENTION_DAYS),
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * props.workerTimeoutSeconds),
      deadLetterQueue: {
        queue: this.dlq,
        maxReceiveCount: props.maxReceiveCount ?? MAX_RECEIVE_COUNT,
      },
    });

    worker.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: props.batchSize,
        maxConcurrency: props.maxConcurrency,
        reportBatchItemFailures: true,
      }),
    );

    if (!("worker" in deadLetters)) {
      alarms.add(`${id}DeadLetters`, {
        metric: this.dlq.metricApproximateNumberOfMessagesVisible({
          period: ALARM_PERIOD,
          statistic: "Maximum",
        }),
        above: 0,
        ...deadLetters,
      });
    }
    alarms.add(`${id}Waiting`, {
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: ALARM_PERIOD,
        statistic: "Maximum",
      }),
      above: waiting.aboveMinutes * 60,
      periods: 2,
      consequence: waiting.consequence,
      runbook: waiting.runbook,
    });
  }

  /** Lets `sender` put messages in. */
  acceptFrom(sender: NodeFunction): void {
    sender.allow(["sqs:SendMessage"], this.queue.queueArn);
  }

  /** Lets a worker park messages, with the reason, in the queue whose alarm calls the operator. */
  letPark(worker: NodeFunction): void {
    worker.allow(["sqs:SendMessage"], this.dlq.queueArn);
    worker.addEnvironment("PARKED_QUEUE_URL", this.dlq.queueUrl);
  }
}
