import { Aws, Duration } from "aws-cdk-lib";
import {
  type Alarm,
  ComparisonOperator,
  type Metric,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";

export interface AlarmOptions {
  metric: Metric;
  /** The alarm goes off when the metric is above, or below, this in `periods` periods in a row. */
  above?: number;
  below?: number;
  periods?: number;
  /** What people notice, in one sentence. */
  consequence: string;
  /** The heading in docs/runbook.md that says what to do, as an anchor. */
  runbook: string;
}

/** All alarms, which email the operator if there is an address. */
export class Alarms extends Construct {
  readonly #topic: Topic | undefined;

  constructor(scope: Construct, id: string, { alarmEmail }: { alarmEmail: string | undefined }) {
    super(scope, id);
    if (alarmEmail === undefined) return;
    this.#topic = new Topic(this, "Topic", { enforceSSL: true });
    // The TLS policy replaces SNS's own, which admits the account's alarms.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
    this.#topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.#topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    );
    this.#topic.addSubscription(new EmailSubscription(alarmEmail));
    acknowledge(this.#topic, {
      "AwsSolutions-SNS2":
        "CloudWatch can publish to an encrypted topic only through a key of ours; the messages only name alarms.",
    });
  }

  add(id: string, options: AlarmOptions): Alarm {
    const { metric, above, below, periods = 1, consequence, runbook } = options;
    const alarm = metric.createAlarm(this, id, {
      threshold: above ?? below ?? 0,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${consequence} What to do: docs/runbook.md#${runbook}`,
    });
    if (this.#topic !== undefined) alarm.addAlarmAction(new SnsAction(this.#topic));
    return alarm;
  }
}

export const ALARM_PERIOD = Duration.minutes(5);
