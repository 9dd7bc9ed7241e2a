import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { priceAlternatives } from "../../infra/cost/alternatives.ts";
import { type Inventory, readInventory } from "../../infra/cost/inventory.ts";
import {
  applyFree,
  billMonth,
  measureConversion,
  sum,
  type Usage,
} from "../../infra/cost/model.ts";
import { DATABASE_HOUR, PRICES, PRICES_OF } from "../../infra/cost/prices.ts";
import { printBill } from "../../infra/cost/print-bill.ts";

const NOTHING: Inventory = {
  functions: new Map([
    ["converter", { memoryMiB: 3008, timeoutSeconds: 900 }],
    ["login", { memoryMiB: 1024, timeoutSeconds: 10 }],
    ["jobs", { memoryMiB: 512, timeoutSeconds: 10 }],
    ["notifier", { memoryMiB: 512, timeoutSeconds: 30 }],
  ]),
  resultRetentionDays: 30,
  sourceRetentionDays: 1,
  databases: [],
  pausingDatabases: [],
  endpointZones: 0,
  secrets: 0,
  alarms: 0,
  dashboards: 0,
  polledQueues: 0,
  firewalls: 0,
  firewallRules: 0,
  unknownTypes: [],
};
const NO_VIDEOS: Usage = { videos: 0, minutes: 10, whole: false };
const THOUSAND: Usage = { videos: 1000, minutes: 10, whole: false };

/** Returns the bill as `service, what` → dollars, before the free tier. */
const billByLine = (inventory: Inventory, usage: Usage) =>
  new Map(
    applyFree(billMonth(inventory, usage)).map((line) => [
      `${line.service}, ${line.what}`,
      line.atRestUsd + line.forVideosUsd,
    ]),
  );

/** Asserts that the bill has exactly these lines, to a hundredth of a cent. */
function assertBill(actual: Map<string, number>, expected: Record<string, number>): void {
  assert.deepEqual([...actual.keys()].sort(), Object.keys(expected).sort());
  for (const [name, usd] of Object.entries(expected)) {
    assert.ok(
      Math.abs((actual.get(name) ?? 0) - usd) < 0.0001,
      `${name}: ${actual.get(name)} for ${usd}`,
    );
  }
}

describe("a month's bill is the one worked out by hand", () => {
  test("if nobody uses it", () => {
    const stack = {
      ...NOTHING,
      databases: [{ instanceClass: "db.t4g.micro", storageGb: 20, zones: 1 }],
      endpointZones: 2,
      secrets: 3,
      alarms: 12,
      dashboards: 1,
      polledQueues: 4,
      firewalls: 1,
      firewallRules: 1,
    };
    assertBill(billByLine(stack, NO_VIDEOS), {
      "RDS, db.t4g.micro": 11.68, // 730 h × 0.016
      "RDS, storage, 20 GB": 2.3, // 20 × 0.115
      "VPC, interface endpoints": 14.6, // 2 × 730 h × 0.01
      "Secrets Manager, secrets": 1.2, // 3 × 0.40
      "CloudWatch, alarms": 1.2, // 12 × 0.10
      "CloudWatch, dashboards": 3,
      "WAF, firewall": 5,
      "WAF, rules": 1,
      "SQS, looking for messages": 1.0512, // 4 × 5 × 730 h × 180 = 2,628,000 × 0.40 a million
    });
    const total = sum(applyFree(billMonth(stack, NO_VIDEOS)));
    // Ten alarms, the dashboard and a million requests to SQS.
    assert.ok(Math.abs(total.freeUsd - (1 + 3 + 0.4)) < 1e-9);
    assert.ok(Math.abs(total.totalUsd - 36.6312) < 1e-9); // 41.0312 − 4.40
  });

  test("with a database that pauses", () => {
    const stack = { ...NOTHING, pausingDatabases: [2] };
    assertBill(billByLine(stack, NO_VIDEOS), {
      "Aurora, awake": 0.73, // 30.4167 days × 0.1 h × 2 ACU × 0.12
      "Aurora, storage, 1 GB": 0.1,
    });
    const awake = (videos: number) =>
      billByLine(stack, { ...NO_VIDEOS, videos }).get("Aurora, awake") ?? 0;
    assert.ok(Math.abs(awake(100) - (0.73 + 2.4)) < 1e-9); // 100 × 0.1 h × 2 ACU × 0.12
    assert.ok(Math.abs(awake(1_000_000) - 175.2) < 1e-9); // 730 h × 2 ACU × 0.12
  });

  test("for 1,000 audio tracks of 10 minutes", () => {
    // 9.6 MB are read in 9 requests while 3,008 ÷ 1,769 cores each encode 129.20 s of audio a second:
    // 0.422 + 600 ÷ 219.69 = 3.1531 s, with one heartbeat. The page asks every 250 ms for
    // 4.15 s, so 18 times, and calls the API 22 times in all.
    assertBill(billByLine(NOTHING, THOUSAND), {
      "Lambda, converting": 0.1235, // 3,153.1 s × 2.9375 GB × 0.0000133334
      "Lambda, everything else": 0.02467, // 1,000 × (0.3 + 21 × 0.1 × 0.5 + 1 × 0.5) GB-s
      "Lambda, requests": 0.0048, // 24,000 × 0.20 a million
      "API Gateway, requests": 0.077, // 22,000 × 3.50 a million
      "SQS, messages": 0.0032, // 8,000 × 0.40 a million
      "S3, writes and lists": 0.08, // 1 source, 3 parts + 2, 5 records + 1, 1 tag, 1 limit, 2 lists: 16,000
      "S3, reads": 0.0212, // 9 + 1 of the source, 1 limit, 3 + 18 + 20 records, 1 MP3: 53,000
      "S3, storage": 0.3427, // (14 GB × 31 days + 9.6 GB × 2 days) ÷ 30.42 × 0.023
      "S3, downloads": 1.26, // 14 GB × 0.09
      "CloudFront, requests": 0.032, // 32,000 × 1.00 a million
      "CloudFront, function": 0.0022, // 22,000 × 0.10 a million
      "SES, emails": 0.1,
      "CloudWatch, logs": 0.027, // (22 × 2 kB + 10 kB) × 1,000 × 0.50
      "CloudWatch, metrics": 3.3, // 11 × 0.30
      "X-Ray, traces": 0.12, // 24,000 × 5 a million
    });
  });

  test("for 1,000 whole videos of 10 minutes", () => {
    // 396 MB at 75 MB/s and 56 requests, four at a time, of 30 ms: 0.422 + 5.28 + 0.42 = 6.122 s and
    // three heartbeats. 2 calls sign 76 parts, and the page asks 29 times in 7.1 s.
    const bill = billByLine(NOTHING, { ...THOUSAND, whole: true });
    const expected = {
      "Lambda, converting": 0.23978, // 6,122 s × 2.9375 GB × 0.0000133334
      "API Gateway, requests": 0.1295, // 4 + 4 + 29 = 37
      "SQS, messages": 0.004, // 10
      "S3, writes and lists": 0.475, // 78 + 5 + 5 + 3 + 1 + 1 + 2 = 95
      "S3, reads": 0.046, // 56 + 1 + 1 + 3 + 1 + 20 + 29 + 4 = 115
      "S3, storage": 0.92706, // (434 + 396 × 2) ÷ 30.42 × 0.023
    };
    assertBill(new Map([...bill].filter(([name]) => name in expected)), expected);
  });

  test("with a function that login waits for while it checks a password", () => {
    const functions = new Map(NOTHING.functions).set("check-password", {
      memoryMiB: 1024,
      timeoutSeconds: 10,
    });
    const bill = billByLine({ ...NOTHING, functions }, THOUSAND);
    // 0.3 GB-s more.
    assert.ok(Math.abs((bill.get("Lambda, everything else") ?? 0) - 2150 * 0.0000133334) < 1e-9);
  });

  test("in proportion to the number of videos, except for the metrics", () => {
    const once = sum(applyFree(billMonth(NOTHING, THOUSAND))).forVideosUsd;
    const tenfold = sum(applyFree(billMonth(NOTHING, { ...THOUSAND, videos: 10_000 })));
    assert.ok(Math.abs(tenfold.forVideosUsd - (10 * (once - 3.3) + 3.3)) < 1e-9);
  });
});

test("has the figures that docs/scale.md gives", async () => {
  const text = await readFile(join(import.meta.dirname, "../../docs/scale.md"), "utf8");
  const bills = [false, true].map((whole) => {
    const usage = { videos: 1, minutes: 10, whole };
    const lines = billMonth(NOTHING, usage);
    const count = (service: string, what: string) =>
      lines.find((line) => line.service === service && line.what === what)?.forVideos;
    const { seconds, secondsAtWorst } = measureConversion(usage, 3008);
    return {
      "seconds in the converter": seconds.toFixed(1),
      "at worst": secondsAtWorst.toFixed(1),
      "API requests": `${count("API Gateway", "requests")}`,
      "S3 writes and lists": `${count("S3", "writes and lists")}`,
      "S3 reads": `${count("S3", "reads")}`,
    };
  });
  for (const name of Object.keys(bills[0] ?? {}) as (keyof (typeof bills)[number])[]) {
    const row = text.split("\n").find((line) => line.startsWith(`| ${name}`));
    const cells = row?.split("|").map((cell) => cell.trim());
    assert.deepEqual(
      cells?.slice(2, 4),
      bills.map((bill) => bill[name]),
      name,
    );
  }
});

test("subtracts the free tier only once, although two lines use it", () => {
  const lines = applyFree(billMonth(NOTHING, { videos: 50_000, minutes: 10, whole: false }));
  const [converting, rest] = lines.filter(({ price }) => price === PRICES.lambdaGbSecond);
  // 400,000 GB-s are free, and 50,000 × 9.262 exceed them.
  assert.ok(Math.abs((converting?.freeUsd ?? 0) - 400_000 * 0.0000133334) < 1e-9);
  assert.equal(rest?.freeUsd, 0);
});

test("expects conversions to take no longer than the engine's deadline", () => {
  // 5 s, and 15 % more than two encoders of 30 s of audio a second take.
  assert.equal(measureConversion(THOUSAND, 3008).secondsAtWorst, 5 + 1.15 * 10);
});

describe("a stack's template", () => {
  const expire = (Id: string, ExpirationInDays: number) => ({
    Type: "AWS::S3::Bucket",
    Properties: { LifecycleConfiguration: { Rules: [{ Id, ExpirationInDays }] } },
  });
  const template = (resources: Record<string, object>) => ({
    Resources: { Sources: expire("finished", 2), Results: expire("results", 60), ...resources },
  });

  test("is counted", () => {
    const inventory = readInventory(
      template({
        Converter: {
          Type: "AWS::Lambda::Function",
          Properties: {
            MemorySize: 2048,
            Timeout: 900,
            Environment: { Variables: { POWERTOOLS_SERVICE_NAME: "converter" } },
          },
        },
        OfCdk: { Type: "AWS::Lambda::Function", Properties: { MemorySize: 128 } },
        Users: {
          Type: "AWS::RDS::DBInstance",
          Properties: {
            DBInstanceClass: "db.t4g.small",
            AllocatedStorage: "30",
            MultiAZ: true,
            ManageMasterUserPassword: true,
          },
        },
        Secret: { Type: "AWS::SecretsManager::Secret" },
        Endpoint: {
          Type: "AWS::EC2::VPCEndpoint",
          Properties: { VpcEndpointType: "Interface", SubnetIds: ["a", "b", "c"] },
        },
        FreeEndpoint: {
          Type: "AWS::EC2::VPCEndpoint",
          Properties: { VpcEndpointType: "Gateway" },
        },
        Poller: { Type: "AWS::Lambda::EventSourceMapping" },
        Firewall: { Type: "AWS::WAFv2::WebACL", Properties: { Rules: [{}, {}] } },
      }),
    );
    assert.deepEqual(inventory, {
      functions: new Map([["converter", { memoryMiB: 2048, timeoutSeconds: 900 }]]),
      resultRetentionDays: 60,
      sourceRetentionDays: 2,
      databases: [{ instanceClass: "db.t4g.small", storageGb: 30, zones: 2 }],
      pausingDatabases: [],
      endpointZones: 3,
      // One of them belongs to RDS, for the password that it manages.
      secrets: 2,
      alarms: 0,
      dashboards: 0,
      polledQueues: 1,
      firewalls: 1,
      firewallRules: 2,
      unknownTypes: [],
    });
  });

  test("with a resource that has no price is billed with a warning", () => {
    const { unknownTypes } = readInventory(
      template({ Gateway: { Type: "AWS::EC2::NatGateway" }, Role: { Type: "AWS::IAM::Role" } }),
    );
    assert.deepEqual(unknownTypes, ["AWS::EC2::NatGateway"]);
    assert.match(
      printBill("s", { ...NOTHING, unknownTypes }, THOUSAND),
      /^ {2}AWS::EC2::NatGateway: No price is known for it\.$/m,
    );
  });
});

test("compares with the same videos elsewhere, worked out by hand", () => {
  const prices = (usage: Usage) => priceAlternatives(usage).map(({ usd }) => usd.toFixed(2));
  assert.deepEqual(prices(THOUSAND), [
    "30.00", // 10,000 minutes × 0.003
    "18.31", // 730 h × (0.0168 + 0.005) + 30 GB × 0.08
    "17.00", // 6.6 s of work, so one minute each, × 0.017
  ]);
  // Two hours are 79.4 s of work: two minutes each. 100,000 of them are 7,940,000 core-seconds, and
  // 0.4 cores give 1,051,200 in a month: eight servers.
  assert.deepEqual(prices({ videos: 100_000, minutes: 120, whole: false }), [
    "36000.00",
    "146.51",
    "3400.00",
  ]);
});

describe("the printed bill", () => {
  test("says when a recording is too long for the function", () => {
    const refused = /more than the function's 900 s: such a video may be refused/;
    assert.doesNotMatch(printBill("s", NOTHING, THOUSAND), refused);
    assert.match(printBill("s", NOTHING, { ...THOUSAND, minutes: 800 }), refused);
  });

  test("marks each price that isn't certain, and says why", () => {
    const bill = printBill("s", NOTHING, THOUSAND);
    for (const name of ["MediaConvert", "CloudConvert"]) {
      assert.match(bill, new RegExp(`^ {2}${name} \\(check\\)`, "m"));
      assert.match(bill, new RegExp(`^ {2}${name}: \\w`, "m"));
    }
  });

  test("each price has a date and a public source", () => {
    assert.match(PRICES_OF, /^\d{4}-\d\d-\d\d$/);
    for (const { source, usd } of [...Object.values(PRICES), ...Object.values(DATABASE_HOUR)]) {
      assert.ok(URL.canParse(source) && usd > 0, source);
    }
  });
});
