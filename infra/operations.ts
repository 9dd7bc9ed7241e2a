import { Duration, Size } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import { ALARM_PERIOD } from "./alarms.ts";
import { addDashboard, countedBy, type OperationsProps } from "./dashboard.ts";
import { saveQueries } from "./saved-queries.ts";

/** AWS reviews an account at 5 % bounces and 0.1 % complaints, and may stop its sending. */
const BOUNCE_RATE = 0.04;
const COMPLAINT_RATE = 0.0008;
const MIN_FREE_STORAGE = Size.gibibytes(2);
/** A t4g.micro takes about 110; a function's environment has one. */
const MAX_CONNECTIONS = 80;
/**
 * In a quarter of an hour. A few are normal, if S3 doesn't answer or two workers collide.
 */
const MAX_RETRIES = 10;

/**
 * Adds what an operator of the AWS target looks at: alarms on AWS's own parts, a dashboard, saved
 * queries.
 */
export function addOperations(scope: Construct, props: OperationsProps): void {
  addAlarms(scope, props);
  addDashboard(scope, props);
  saveQueries(scope, props.jobFunctions);
}

function addAlarms(scope: Construct, { alarms, database: { engine } }: OperationsProps): void {
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
    consequence:
      "People see errors, since the account has reached its limit of concurrent functions.",
    runbook: "functions-throttled",
  });
  alarms.add("EngineErrors", {
    metric: countedBy(scope, "converter", "EngineErrors"),
    above: 0,
    consequence: "Somebody read that their video can't be converted, but the fault may be ours.",
    runbook: "engine-errors",
  });
  alarms.add("Retries", {
    metric: countedBy(scope, "converter", "Retries").with({ period: Duration.minutes(15) }),
    above: MAX_RETRIES,
    consequence: "People wait longer for their MP3s, since conversions have to start over.",
    runbook: "conversions-tried-again",
  });
  if (engine.freeStorage !== undefined) {
    alarms.add("DatabaseStorage", {
      metric: engine.freeStorage,
      below: MIN_FREE_STORAGE.toBytes(),
      consequence: "Soon nobody can sign in, since the users' database is full.",
      runbook: "database-full",
    });
  }
  alarms.add("DatabaseLoad", {
    metric: engine.load,
    above: 90,
    periods: 3,
    consequence: "Signing in is slow, since the users' database is busy.",
    runbook: "database-busy",
  });
  alarms.add("DatabaseConnections", {
    metric: engine.connections,
    above: MAX_CONNECTIONS,
    consequence:
      "Soon some people can't sign in, since the users' database has too many connections.",
    runbook: "database-connections",
  });
  for (const [name, above, consequence] of [
    ["Bounce", BOUNCE_RATE, "Soon nobody may get emails, since too many bounce."],
    ["Complaint", COMPLAINT_RATE, "Soon nobody may get emails, since people report them as spam."],
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
