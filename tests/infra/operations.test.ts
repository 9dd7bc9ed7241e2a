import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { AWS, resourcesOf, synthesize } from "./synthesis.ts";

const template = await synthesize({
  ...AWS,
  alarmEmail: "operator@example.org",
  monthlyBudgetUsd: 40,
  firewall: true,
});

describe("what an operator looks at", () => {
  test("the dashboard answers from what people notice to its causes", () => {
    const [dashboard] = [...resourcesOf(template).values()].filter(
      ({ Type }) => Type === "AWS::CloudWatch::Dashboard",
    );
    const body = JSON.stringify(dashboard?.Properties);
    const titles = [...body.matchAll(/\\"title\\":\\"([^\\]+)\\"/g)].map(([, title]) => title);
    assert.deepEqual(titles, [
      "Videos that can't be converted, and audio converted (s)",
      "Conversions: time (ms) and number",
      "Waiting: age of the oldest message (s)",
      "API: time to answer (ms)",
      "API: refusals and errors",
      "Emails: sent, bounced, reported",
      "Functions: errors",
      "Functions: throttled",
      "Users' database: load (%) and connections",
      "Users' database: free storage (bytes)",
      "The account's bill this month (USD; us-east-1 only)",
      "The last errors of the functions",
    ]);
  });

  test("alarms on AWS's own parts go off before people notice", () => {
    const Alarm = z.object({
      // Emulators know no metric math, which CDK writes even for a metric with a label.
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
    assert.deepEqual(alarms.get("CPUUtilization"), above(90));
    assert.deepEqual(alarms.get("DatabaseConnections"), above(80));
    assert.deepEqual(alarms.get("Reputation.BounceRate"), above(0.04));
    assert.deepEqual(alarms.get("Reputation.ComplaintRate"), above(0.0008));
    assert.deepEqual(alarms.get("FreeStorageSpace"), {
      Threshold: 2 * 1024 ** 3,
      ComparisonOperator: "LessThanThreshold",
    });
  });

  test("the budget warns at 80 % and of a bill that will pass it", () => {
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

  test("none of what costs extra is there unless the stage asks for it", async () => {
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
