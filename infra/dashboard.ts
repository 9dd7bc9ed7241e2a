import { Duration, Stack } from "aws-cdk-lib";
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  Metric,
  TextWidget,
} from "aws-cdk-lib/aws-cloudwatch";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { MetricName } from "../functions/runtime/metric-names.ts";
import { ALARM_PERIOD, type Alarms } from "./alarms.ts";
import type { Api } from "./api.ts";
import type { RdsDatabase } from "./database.ts";
import type { NodeFunction } from "./node-function.ts";

const WIDTH = 24;

export interface OperationsProps {
  alarms: Alarms;
  api: Api;
  database: RdsDatabase;
  /** The functions that people wait for, by the name that the dashboard shows. */
  functions: Record<string, NodeFunction>;
  /** Those and every other function that handles a job, for the job's story. */
  jobFunctions: NodeFunction[];
  queues: Record<string, Queue>;
}

/** Returns a metric that a function counts itself. */
export const countedBy = (scope: Construct, service: string, metricName: MetricName) =>
  new Metric({
    namespace: Stack.of(scope).stackName,
    metricName,
    statistic: "Sum",
    period: ALARM_PERIOD,
    dimensionsMap: { service },
  });

/**
 * Adds the dashboard, from what people notice at the top to the causes at the bottom.
 * docs/runbook.md lists it.
 */
export function addDashboard(scope: Construct, props: OperationsProps): void {
  const { stackName, region } = Stack.of(scope);
  new Dashboard(scope, "Dashboard", {
    dashboardName: `${stackName}-${region}`,
    defaultInterval: Duration.days(1),
    widgets: [
      [
        new TextWidget({
          markdown: `# ${stackName}: is it well?\nEach alarm leads to its section of docs/runbook.md. Times are UTC.`,
          width: WIDTH,
          height: 2,
        }),
      ],
      showJobs(scope),
      showConversions(scope, props),
      showApi(props),
      showFunctions(scope, props),
      showDatabase(props),
      [showErrors(props)],
    ],
  });
}

const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
  new GraphWidget({ title, left, right, width: WIDTH / 3, height: 6 });

function showJobs(scope: Construct): IWidget[] {
  const stage = (metricName: MetricName, label: string) =>
    ["p50", "p95"].map((statistic) =>
      countedBy(scope, "converter", metricName).with({
        statistic,
        label: `${label}, ${statistic}`,
      }),
    );
  const count = (metricName: MetricName, label: string, statistic = "Sum") =>
    countedBy(scope, "converter", metricName).with({ label, statistic });
  return [
    graph("Jobs by outcome", [
      count("ConvertedAudio", "MP3s", "SampleCount"),
      count("PermanentFailures", "can't be converted"),
      count("EngineErrors", "of these, our fault"),
    ]),
    graph("From the end of the upload to the MP3 (ms)", stage("ReadyTime", "ready")),
    graph("Its stages (ms)", [
      ...stage("AnnounceTime", "upload to queue"),
      ...stage("QueueTime", "queue to start"),
      ...stage("FirstFrameTime", "start to first frame"),
      ...stage("ConversionTime", "first frame to MP3"),
    ]),
  ];
}

function showConversions(scope: Construct, { queues }: OperationsProps): IWidget[] {
  const ofConverter = (metricName: MetricName, label: string, statistic = "Sum") =>
    countedBy(scope, "converter", metricName).with({ label, statistic });
  return [
    graph("Audio converted per second (s)", [
      ofConverter("RealTimeFactor", "half of the jobs are faster", "p50"),
      ofConverter("RealTimeFactor", "one in twenty is slower", "p5"),
    ]),
    graph(
      "Audio converted (s), and read for it (bytes)",
      [ofConverter("ConvertedAudio", "audio")],
      [ofConverter("BytesRead", "read")],
    ),
    graph(
      "Waiting: age of the oldest message (s)",
      Object.entries(queues).map(([label, queue]) =>
        queue.metricApproximateAgeOfOldestMessage({ label, statistic: "Maximum" }),
      ),
    ),
  ];
}

function showApi({ api }: OperationsProps): IWidget[] {
  return [
    graph("API: time to answer (ms)", [
      api.metricLatency("p50").with({ label: "p50" }),
      api.metricLatency("p95").with({ label: "p95" }),
    ]),
    graph("API: refusals and errors", [api.metricClientError()], [api.metricServerError()]),
    graph(
      "Emails: sent, bounced, reported",
      ["Send", "Bounce", "Complaint"].map(
        (metricName) =>
          new Metric({ namespace: "AWS/SES", metricName, statistic: "Sum", period: ALARM_PERIOD }),
      ),
    ),
  ];
}

function showFunctions(scope: Construct, { functions }: OperationsProps): IWidget[] {
  const each = (metric: (it: NodeFunction) => Metric) =>
    Object.entries(functions).map(([label, it]) => metric(it).with({ label }));
  return [
    graph(
      "Functions: errors",
      each((it) => it.metricErrors()),
    ),
    graph(
      "Functions: throttled",
      each((it) => it.metricThrottles()),
    ),
    graph(
      "Messages tried before",
      ["converter", "notifier"].map((service) =>
        countedBy(scope, service, "Retries").with({ label: service }),
      ),
    ),
  ];
}

function showDatabase({ database: { engine } }: OperationsProps): IWidget[] {
  return [
    graph("Users' database: load (%) and connections", [engine.load], [engine.connections]),
    ...(engine.freeStorage
      ? [graph("Users' database: free storage (bytes)", [engine.freeStorage])]
      : []),
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
  ];
}

const showErrors = ({ functions }: OperationsProps): IWidget =>
  new LogQueryWidget({
    title: "The last errors of the functions",
    logGroupNames: Object.values(functions).map((it) => it.logGroup.logGroupName),
    queryLines: [
      "fields @timestamp, service, jobId, message, error.name",
      "filter level = 'ERROR'",
      "sort @timestamp desc",
      "limit 20",
    ],
    width: WIDTH,
    height: 6,
  });
