import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { readInventory } from "../../infra/cost/inventory.ts";
import { applyFree, billMonth, sum } from "../../infra/cost/model.ts";
import { renderValue } from "./intrinsics.ts";
import { AWS, pathOf, resourcesOf, synthesize } from "./synthesis.ts";

const template = await synthesize({
  ...AWS,
  alarmEmail: "operator@example.org",
  database: { kind: "aurora", backupDays: 1 },
});
const resources = resourcesOf(template);

describe("a database that pauses", () => {
  test("pauses, and no frozen function keeps it awake", () => {
    template.hasResource("AWS::RDS::DBCluster", {
      DeletionPolicy: "Snapshot",
      Properties: {
        Engine: "aurora-postgresql",
        ServerlessV2ScalingConfiguration: {
          MinCapacity: 0,
          MaxCapacity: 1,
          SecondsUntilAutoPause: 300,
        },
        BackupRetentionPeriod: 1,
        StorageEncrypted: true,
        EngineLifecycleSupport: "open-source-rds-extended-support-disabled",
      },
    });
    template.hasResourceProperties("AWS::RDS::DBClusterParameterGroup", {
      Parameters: { idle_session_timeout: "60000", "rds.force_ssl": "1" },
    });
    template.hasResourceProperties("AWS::RDS::DBInstance", {
      DBInstanceClass: "db.serverless",
      PubliclyAccessible: false,
    });
    template.resourceCountIs("AWS::RDS::DBInstance", 1);
  });

  test("has no password, because the functions sign in by their roles", () => {
    template.hasResourceProperties("AWS::RDS::DBCluster", {
      EnableIAMDatabaseAuthentication: true,
      MasterUserAuthenticationType: "iam-db-auth",
      MasterUsername: "tapedeck",
      MasterUserPassword: Match.absent(),
      ManageMasterUserPassword: Match.absent(),
    });
    const Policy = z.object({
      PolicyDocument: z.object({
        Statement: z.array(z.object({ Action: z.unknown(), Resource: z.unknown() })),
      }),
    });
    const granted = [...resources.values()]
      .filter(({ Type }) => Type === "AWS::IAM::Policy")
      .flatMap(({ Properties }) => Policy.parse(Properties).PolicyDocument.Statement)
      .filter(({ Action }) => Action === "rds-db:connect")
      .map(({ Resource }) => renderValue(Resource, resources).split(":").at(-1));
    assert.deepEqual(granted, Array(4).fill("<Database/Cluster.DBClusterResourceId>/tapedeck"));
    template.resourceCountIs("AWS::SecretsManager::Secret", 2);
  });

  test("functions wait while it wakes up, within API Gateway's limit", () => {
    const Timed = z.object({
      Timeout: z.number(),
      Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
    });
    const readFunction = (path: string) =>
      Timed.parse([...resources.values()].find((it) => pathOf(it) === path)?.Properties);
    const check = readFunction("CheckPassword");
    const connectSeconds = Number(check.Environment.Variables.DATABASE_CONNECT_SECONDS);
    assert.ok(connectSeconds > 15, "Aurora takes about 15 seconds");
    assert.ok(check.Timeout > connectSeconds + 3, "the query has 3 seconds");
    const { Timeout: login } = readFunction("Login");
    assert.ok(login > check.Timeout && login < 29, `${login}`);
  });

  test("costs less than 5 USD a month while nobody signs in", () => {
    const lines = billMonth(readInventory(template.toJSON()), {
      videos: 0,
      minutes: 10,
      whole: false,
    });
    assert.ok(sum(applyFree(lines)).totalUsd < 5);
  });
});
