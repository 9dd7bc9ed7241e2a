import { Stack } from "aws-cdk-lib";
import { QueryDefinition, QueryString } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { NodeFunction } from "./node-function.ts";

/** The log messages for a job that failed and for each failed try. */
const FAILURES = [
  "conversion failed",
  "the engine failed",
  "result refused",
  "message failed",
  "job given up",
  "email given up",
];

/** Saves queries of CloudWatch Logs Insights, in a folder with the stack's name. */
export function saveQueries(scope: Construct, functions: NodeFunction[]): void {
  const save = (id: string, name: string, query: QueryString) =>
    new QueryDefinition(scope, id, {
      queryDefinitionName: `${Stack.of(scope).stackName}/${name}`,
      logGroups: functions.map((it) => it.logGroup),
      queryString: query,
    });
  save(
    "SlowJobs",
    "Slow jobs",
    new QueryString({
      fields: [
        "@timestamp",
        "jobId",
        ...["Ready", "Announce", "Queue", "FirstFrame", "Conversion"].map(
          (stage) => `stages.${stage}Time / 1000 as ${stage.toLowerCase()}Seconds`,
        ),
      ],
      filterStatements: ['message = "job ready"'],
      sort: "readySeconds desc",
      limit: 50,
    }),
  );
  save(
    "FailingJobs",
    "Failing jobs",
    new QueryString({
      fields: ["@timestamp", "service", "jobId", "message", "code", "cause", "error.name"],
      filterStatements: [`message in [${FAILURES.map((it) => `"${it}"`).join(", ")}]`],
      sort: "@timestamp desc",
      limit: 100,
    }),
  );
  save(
    "OneJob",
    "The story of one job",
    new QueryString({
      fields: [
        "@timestamp",
        "service",
        "level",
        "message",
        "code",
        "error.message",
        "xray_trace_id",
      ],
      filterStatements: ['jobId = "PUT THE ID OF THE JOB HERE"'],
      sort: "@timestamp asc",
      limit: 1000,
    }),
  );
}
