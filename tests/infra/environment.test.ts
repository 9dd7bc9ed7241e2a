import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { z } from "zod";
import { functionNames } from "../../infra/placeholder-build.ts";
import { renderValue } from "./intrinsics.ts";
import { AWS, LOCAL, type Resource, ROOT, resourcesOf, synthesize } from "./synthesis.ts";

const Schema = z.custom<z.ZodType<Record<string, unknown>>>(
  (value) => value instanceof z.ZodType,
  "env.ts must export the schema Environment",
);

/** Variables that Powertools, the SDK, Node and glibc read, which no env.ts has to name. */
const READ_BY_LIBRARIES = [
  "POWERTOOLS_SERVICE_NAME",
  "POWERTOOLS_METRICS_NAMESPACE",
  "AWS_ENDPOINT_URL",
  "NODE_EXTRA_CA_CERTS",
  "NODE_OPTIONS",
  "MALLOC_MMAP_THRESHOLD_",
];

/** Stands for a value that AWS will fill in. */
function imagine(resource: Resource | undefined, name: string, attribute?: string): string {
  if (resource?.Type === "AWS::SQS::Queue") return "https://sqs.us-east-1.amazonaws.com/1/queue";
  if (attribute === "Endpoint.Port") return "5432";
  if (attribute === "DomainName") return "d111111abcdef8.cloudfront.net";
  return { "AWS::Region": "us-east-1", "AWS::URLSuffix": "amazonaws.com" }[name] ?? name;
}

for (const context of [AWS, LOCAL]) {
  const template = await synthesize(context);
  const resources = resourcesOf(template);
  const variablesByFunction = new Map(
    [...resources.values()]
      .filter(({ Type }) => Type === "AWS::Lambda::Function")
      .map(({ Properties }) => {
        const { Variables } = z
          .object({ Variables: z.record(z.string(), z.unknown()) })
          .catch({ Variables: {} })
          .parse(Properties.Environment);
        return Object.entries(Variables).map(([name, value]): [string, string] => [
          name,
          renderValue(value, resources, imagine),
        ]);
      })
      .map((entries): [string, Record<string, string>] => {
        const variables = Object.fromEntries(entries);
        return [variables.POWERTOOLS_SERVICE_NAME ?? "", variables];
      }),
  );

  describe(`the environment of each function on ${context.target}`, async () => {
    for (const name of await functionNames()) {
      test(name, async () => {
        const variables = variablesByFunction.get(name);
        assert.ok(variables, `the stack has no function that runs the bundle ${name}`);
        const exported: { Environment?: unknown } = await import(
          join(ROOT, "functions", name, "env.ts")
        );
        const Environment = Schema.parse(exported.Environment);

        const ofLambda = { AWS_REGION: "eu-central-1" };
        const understood = Object.keys(Environment.parse({ ...ofLambda, ...variables }));
        const unread = Object.keys(variables).filter(
          (variable) => ![...understood, ...READ_BY_LIBRARIES].includes(variable),
        );
        assert.deepEqual(unread, [], "variables that the function doesn't read");
        assert.equal(variables.POWERTOOLS_METRICS_NAMESPACE, "Tapedeck");
      });
    }
  });
}
