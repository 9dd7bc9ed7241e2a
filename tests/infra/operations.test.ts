import assert from "node:assert/strict";
import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { METRICS } from "../../functions/runtime/metric-names.ts";
import { AWS, ROOT, resourcesOf, synthesize } from "./synthesis.ts";

const template = await synthesize({
  ...AWS,
  alarmEmail: "operator@example.org",
  monthlyBudgetUsd: 40,
  firewall: true,
});

const Query = z.object({
  Name: z.string(),
  QueryString: z.string(),
  LogGroupNames: z.array(z.unknown()),
});

/** Lists the first cells of the table in a section. */
function listFirstColumn(text: string, heading: string): string[] {
  const [, section = ""] = text.split(`\n## ${heading}\n`);
  const [body = ""] = section.split("\n## ");
  const rows = body.split("\n").filter((line) => line.startsWith("|"));
  return rows.slice(2).map((row) => row.split("|")[1]?.trim() ?? "");
}

describe("what an operator looks at", () => {
  test("the dashboard goes from what people notice to the causes, as the runbook lists it", async () => {
    const [dashboard] = [...resourcesOf(template).values()].filter(
      ({ Type }) => Type === "AWS::CloudWatch::Dashboard",
    );
    const body = JSON.stringify(dashboard?.Properties);
    const titles = [...body.matchAll(/\\"title\\":\\"([^\\]+)\\"/g)].map(([, title]) => title);
    const runbook = await readFile(join(ROOT, "docs/runbook.md"), "utf8");
    assert.deepEqual(titles, listFirstColumn(runbook, "The dashboard"));
    const shown = Object.keys(METRICS).filter((name) => body.includes(`\\"${name}\\"`));
    assert.deepEqual(shown, Object.keys(METRICS), "each metric is paid, so each is shown");
    // With one for each job or user, each would be a metric that costs money.
    assert.doesNotMatch(body, /jobId\\",\\"|owner\\",\\"/);
  });

  test("saved queries look for messages that the functions log, in the logs of all functions that touch a job", async () => {
    const queries = [...resourcesOf(template).values()]
      .filter(({ Type }) => Type === "AWS::Logs::QueryDefinition")
      .map(({ Properties }) => Query.parse(Properties));
    const runbook = await readFile(join(ROOT, "docs/runbook.md"), "utf8");
    assert.deepEqual(
      queries.map(({ Name }) => Name).sort(),
      listFirstColumn(runbook, "The story of a job")
        .map((name) => `Tapedeck/${name}`)
        .sort(),
    );
    let code = "";
    for await (const file of glob("functions/**/*.ts", { cwd: ROOT })) {
      code += await readFile(join(ROOT, file), "utf8");
    }
    for (const { QueryString, LogGroupNames } of queries) {
      assert.equal(LogGroupNames.length, 7);
      const [, values = ""] = /message (?:=|in) (.+)/.exec(QueryString) ?? [];
      for (const [message] of values.matchAll(/"[^"]+"/g)) {
        assert.ok(code.includes(`(${message},`), `no function logs ${message}`);
      }
      for (const [, metric = ""] of QueryString.matchAll(/stages\.(\w+)/g)) {
        assert.ok(metric in METRICS, metric);
      }
    }
  });

  test("alarms on AWS's own parts go off before people notice", () => {
    const Alarm = z.object({
      // Emulators don't support metric math, which CDK writes even for a metric with a label.
      MetricName: z.string(),
      Threshold: z.number(),
      ComparisonOperator: z.string(),
    });
    const alarms = new Map(
      [...resourcesOf(template).values()]
        .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
        .map(({ Properties }) => Alarm.parse(Properties))
        .map(({ MetricName, ...rest }) => [MetricName, rest]),
    );
    const above = (Threshold: number) => ({
      Threshold,
      ComparisonOperator: "GreaterThanThreshold",
    });
    assert.deepEqual(alarms.get("Throttles"), above(10));
    assert.deepEqual(alarms.get("EngineErrors"), above(0));
    assert.deepEqual(alarms.get("Retries"), above(10));
    assert.deepEqual(alarms.get("CPUUtilization"), above(90));
    assert.deepEqual(alarms.get("DatabaseConnections"), above(80));
    assert.deepEqual(alarms.get("Reputation.BounceRate"), above(0.04));
    assert.deepEqual(alarms.get("Reputation.ComplaintRate"), above(0.0008));
    assert.deepEqual(alarms.get("FreeStorageSpace"), {
      Threshold: 2 * 1024 ** 3,
      ComparisonOperator: "LessThanThreshold",
    });
  });

  test("the budget warns at 80 %, and if the bill will exceed it", () => {
    template.hasResourceProperties("AWS::Budgets::Budget", {
      Budget: Match.objectLike({ BudgetLimit: { Amount: 40, Unit: "USD" } }),
      NotificationsWithSubscribers: ["ACTUAL", "FORECASTED"].map((NotificationType) => ({
        Notification: Match.objectLike({ NotificationType }),
        Subscribers: [{ SubscriptionType: "EMAIL", Address: "operator@example.org" }],
      })),
    });
  });

  test("the firewall counts by the address that only CloudFront can write", () => {
    template.hasResourceProperties("AWS::WAFv2::WebACL", {
      Scope: "REGIONAL",
      Rules: [
        Match.objectLike({
          Statement: {
            RateBasedStatement: Match.objectLike({
              AggregateKeyType: "CUSTOM_KEYS",
              CustomKeys: [{ Header: Match.objectLike({ Name: "x-viewer-address" }) }],
            }),
          },
        }),
      ],
    });
    template.resourceCountIs("AWS::WAFv2::WebACLAssociation", 1);
  });

  test("nothing that costs extra exists unless the stage asks for it", async () => {
    const plain = await synthesize(AWS);
    for (const type of ["WAFv2::WebACL", "Budgets::Budget"]) {
      plain.resourceCountIs(`AWS::${type}`, 0);
    }
    plain.resourcePropertiesCountIs("AWS::EC2::VPCEndpoint", { VpcEndpointType: "Interface" }, 0);
    assert.doesNotMatch(
      JSON.stringify(plain.findResources("AWS::ApiGateway::Stage")),
      /"MetricsEnabled":true/,
    );
  });
});
