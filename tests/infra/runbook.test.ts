import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { AWS, ROOT, resourcesOf, synthesize } from "./synthesis.ts";

const Alarm = z.object({
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()).length(1),
  TreatMissingData: z.literal("notBreaching"),
});

test("every alarm says what people notice, and leads to its own section of the runbook", async () => {
  const template = await synthesize({ ...AWS, alarmEmail: "operator@example.org" });
  const headings = (await readFile(join(ROOT, "docs/runbook.md"), "utf8"))
    .split("\n")
    .filter((line) => line.startsWith("## "))
    .map((line) => line.slice(3).toLowerCase().replaceAll(" ", "-"));

  const anchors = [...resourcesOf(template).values()]
    .filter(({ Type }) => Type === "AWS::CloudWatch::Alarm")
    .map(({ Properties }) => Alarm.parse(Properties).AlarmDescription)
    .map((description) => {
      const [, consequence, anchor] =
        /^(.+\.) What to do: docs\/runbook\.md#([a-z-]+)$/.exec(description) ?? [];
      assert.ok(consequence, description);
      return anchor ?? "";
    });

  assert.ok(anchors.length >= 5);
  assert.equal(new Set(anchors).size, anchors.length);
  assert.deepEqual(
    anchors.filter((anchor) => !headings.includes(anchor)),
    [],
  );
});

test("CloudWatch may publish to the operator's topic, whose TLS policy replaces the default one", async () => {
  const template = await synthesize({ ...AWS, alarmEmail: "operator@example.org" });
  template.hasResourceProperties("AWS::SNS::TopicPolicy", {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Effect: "Allow",
          Action: "sns:Publish",
          Principal: { Service: "cloudwatch.amazonaws.com" },
        }),
      ]),
    },
  });
});
