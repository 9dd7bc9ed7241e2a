import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { readInventory } from "../../infra/cost/inventory.ts";
import { applyFree, billMonth } from "../../infra/cost/model.ts";
import { DATABASE_HOUR } from "../../infra/cost/prices.ts";
import { AWS, ROOT, synthesize } from "./synthesis.ts";

const run = promisify(execFile);
const cost = (...parameters: string[]) =>
  run(process.execPath, [join(ROOT, "infra/cost/command.ts"), ...parameters], { cwd: ROOT });

describe("what the bill is made from", () => {
  const variants = {
    "the defaults": {},
    "a database that pauses": { database: { kind: "aurora" as const } },
    "everything that can be switched on": {
      alarmEmail: "operator@example.org",
      monthlyBudgetUsd: 50,
      firewall: true,
      domain: {
        name: "tapedeck.example.org",
        certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/abc",
        hostedZone: { id: "Z0123456789", name: "example.org" },
      },
    },
  };
  for (const [name, settings] of Object.entries(variants)) {
    test(`knows every resource of the stack with ${name}`, async () => {
      const template = await synthesize({ ...AWS, ...settings });
      const inventory = readInventory(template.toJSON());
      assert.deepEqual(inventory.unknownTypes, []);
      const lines = applyFree(billMonth(inventory, { videos: 1, minutes: 1, whole: false }));
      assert.ok(lines.every(({ atRestUsd, forVideosUsd }) => atRestUsd + forVideosUsd > 0));
    });
  }

  test("has a price of every database that a stage may set", async () => {
    for (const instance of ["t4g.micro", "t4g.small", "t4g.medium", "m8g.large"] as const) {
      assert.ok(DATABASE_HOUR[`db.${instance}`], instance);
    }
    const database = { kind: "rds", instance: "m8g.large", backupDays: 1 } as const;
    const template = await synthesize({ ...AWS, database });
    const { databases } = readInventory(template.toJSON());
    assert.deepEqual(databases, [{ instanceClass: "db.m8g.large", storageGb: 20, zones: 1 }]);
  });
});

describe("npm run cost", () => {
  test("prints the bill", async () => {
    const { stdout } = await cost("--videos", "1000", "--minutes", "10", "--stage", "example");
    assert.match(stdout, /1,000 videos of 10 minutes/);
    assert.match(stdout, /^ {2}Lambda +converting +0\.00 +0\.\d\d +0\.\d\d$/m);
    assert.match(stdout, /^To pay: \d+\.\d\d /m);
  });

  test("says what is wrong with its options", async () => {
    await assert.rejects(cost("--minutes", "0"), /above 0, such as 10 or 2\.5/);
    await assert.rejects(cost("--videos", "many"), /a whole number, such as 1000/);
    await assert.rejects(cost("--stage", "nowhere"), /There is no stage "nowhere"/);
  });
});
