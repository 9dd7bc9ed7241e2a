import { Duration, Size, Stack } from "aws-cdk-lib";
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  LogQueryWidget,
  Metric,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { ALARM_PERIOD, type Alarms } from "./alarms.ts";
import type { Api } from "./api.ts";
import type { RdsDatabase } from "./database.ts";

/** AWS reviews an account at 5 % bounces and 0.1 % complaints, and may stop its sending. */
const BOUNCE_RATE = 0.04;
const COMPLAINT_RATE = 0.0008;
const MIN_FREE_STORAGE = Size.gibibytes(2);
/** A t4g.micro takes about 110; a function's environment has one. */
const MAX_CONNECTIONS = 80;

export interface OperationsProps {
  alarms: Alarms;
  api: Api;
  database: RdsDatabase;
  /** By the name that the dashboard shows. */
  functions: Record<string, LambdaFunction>;
  queues: Record<string, Queue>;
}

/** What an operator of the AWS target looks at: the alarms on AWS's own parts, and one dashboard. */
export function addOperations(scope: Construct, props: OperationsProps): void {
  addAlarms(props);
  addDashboard(scope, props);
}

function addAlarms({ alarms, database: { instance } }: OperationsProps): void {
  const period = { period: ALARM_PERIOD };
  alarms.add("Throttles", {
    // Without a function's name it is the sum of the account and region, whose limit they share.
    metric: new Metric({
      namespace: "AWS/Lambda",
      metricName: "Throttles",
      statistic: "Sum",
      ...period,
    }),
    above: 10,
    consequence: "People see errors, since the account runs as many functions as it may.",
    runbook: "functions-throttled",
  });
  alarms.add("DatabaseStorage", {
    metric: instance.metricFreeStorageSpace({ ...period, statistic: "Minimum" }),
    below: MIN_FREE_STORAGE.toBytes(),
    consequence: "Soon nobody can sign in, since the users' database is full.",
    runbook: "database-full",
  });
  alarms.add("DatabaseLoad", {
    metric: instance.metricCPUUtilization({ ...period, statistic: "Average" }),
    above: 90,
    periods: 3,
    consequence: "Signing in is slow, since the users' database is busy.",
    runbook: "database-busy",
  });
  alarms.add("DatabaseConnections", {
    metric: instance.metricDatabaseConnections({ ...period, statistic: "Maximum" }),
    above: MAX_CONNECTIONS,
    consequence:
      "Soon some people can't sign in, since the users' database has too many connections.",
    runbook: "database-connections",
  });
  for (const [name, above, consequence] of [
    ["Bounce", BOUNCE_RATE, "Soon nobody gets emails, since too many come back."],
    ["Complaint", COMPLAINT_RATE, "Soon nobody gets emails, since people report them as spam."],
  ] as const) {
    alarms.add(`Email${name}s`, {
      metric: new Metric({
        namespace: "AWS/SES",
        metricName: `Reputation.${name}Rate`,
        statistic: "Maximum",
        period: Duration.hours(1),
      }),
      above,
      consequence,
      runbook: `emails-${name === "Bounce" ? "bounce" : "reported"}`,
    });
  }
}

/** Is it well? From what people notice at the top to its causes at the bottom. */
function addDashboard(scope: Construct, { api, database, functions, queues }: OperationsProps) {
  const stackName = Stack.of(scope).stackName;
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    new GraphWidget({ title, left, right, width: 8, height: 6 });
  const ofConverter = (metricName: string, label: string, statistic = "Sum") =>
    new Metric({
      namespace: stackName,
      metricName,
      label,
      statistic,
      period: ALARM_PERIOD,
      dimensionsMap: { service: "converter" },
    });
  const each = (metric: (it: LambdaFunction) => Metric) =>
    Object.entries(functions).map(([label, it]) => metric(it).with({ label }));
  const { converter } = functions;

  new Dashboard(scope, "Dashboard", {
    dashboardName: `${stackName}-${Stack.of(scope).region}`,
    defaultInterval: Duration.days(1),
    widgets: [
      [
        new TextWidget({
          markdown: `# ${stackName}: is it well?\nEach alarm leads to its section of docs/runbook.md. Times are UTC.`,
          width: 24,
          height: 2,
        }),
      ],
      [
        graph(
          "Videos that can't be converted, and audio converted (s)",
          [
            ofConverter("PermanentFailures", "told to the user"),
            ofConverter("EngineErrors", "faults of ours"),
          ],
          [ofConverter("ConvertedAudio", "audio, s")],
        ),
        graph(
          "Conversions: time (ms) and number",
          ["p50", "p95"].flatMap((statistic) =>
            converter ? [converter.metricDuration({ statistic, label: statistic })] : [],
          ),
          converter ? [converter.metricInvocations({ label: "conversions" })] : [],
        ),
        graph(
          "Waiting: age of the oldest message (s)",
          Object.entries(queues).map(([label, queue]) =>
            queue.metricApproximateAgeOfOldestMessage({ label, statistic: "Maximum" }),
          ),
        ),
      ],
      [
        graph("API: time to answer (ms)", [
          api.metricLatency("p50").with({ label: "p50" }),
          api.metricLatency("p95").with({ label: "p95" }),
        ]),
        graph("API: refusals and errors", [api.metricClientError()], [api.metricServerError()]),
        graph(
          "Emails: sent, bounced, reported",
          ["Send", "Bounce", "Complaint"].map(
            (metricName) =>
              new Metric({
                namespace: "AWS/SES",
                metricName,
                statistic: "Sum",
                period: ALARM_PERIOD,
              }),
          ),
        ),
      ],
      [
        graph(
          "Functions: errors",
          each((it) => it.metricErrors()),
        ),
        graph(
          "Functions: throttled",
          each((it) => it.metricThrottles()),
        ),
        graph(
          "Users' database: load (%) and connections",
          [database.instance.metricCPUUtilization()],
          [database.instance.metricDatabaseConnections()],
        ),
      ],
      [
        graph("Users' database: free storage (bytes)", [
          database.instance.metricFreeStorageSpace({ statistic: "Minimum" }),
        ]),
        graph("The account's bill this month (USD; us-east-1 only)", [
          new Metric({
            namespace: "AWS/Billing",
            metricName: "EstimatedCharges",
            dimensionsMap: { Currency: "USD" },
            region: "us-east-1",
            statistic: "Maximum",
            period: Duration.hours(6),
          }),
        ]),
        new LogQueryWidget({
          title: "The last errors of the functions",
          logGroupNames: Object.values(functions).map((it) => it.logGroup.logGroupName),
          queryLines: [
            "fields @timestamp, service, jobId, message, error.name",
            "filter level = 'ERROR'",
            "sort @timestamp desc",
            "limit 20",
          ],
          width: 8,
          height: 6,
        }),
      ],
    ],
  });
}
