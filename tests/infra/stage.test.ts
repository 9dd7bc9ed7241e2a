import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { readStage, STAGES_DIR } from "../../infra/read-stage.ts";
import { readTarget } from "../../infra/read-target.ts";

const directory = await mkdtemp(join(tmpdir(), "tapedeck-stages-"));
after(() => rm(directory, { recursive: true }));

const VALID = { sender: "a@example.org", alarmEmail: "none" };
let written = 0;

/** Reads a stage whose file has these settings. */
async function read(settings: object) {
  written += 1;
  const stage = `s${written}`;
  await writeFile(join(directory, `${stage}.ts`), `export default ${JSON.stringify(settings)};`);
  return readStage(stage, directory);
}

/** Returns the sentences about these settings, without the file's name. */
async function refusals(settings: object): Promise<string[]> {
  const error = await read(settings).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Error, "the settings were accepted");
  return error.message.split("\n").map((line) => line.replace(/^\S+\.ts: /, ""));
}

describe("the settings of a stage", () => {
  test("the committed example is valid, and protects its data", async () => {
    const target = await readStage("example", STAGES_DIR);
    assert.equal(target.sender, "tapedeck@example.org");
    assert.equal(target.protectData, true);
  });

  test("the committed prod stage has a sentence for each setting that is missing", async () => {
    await assert.rejects(readStage("prod", STAGES_DIR), {
      message: [
        'infra/stages/prod.ts: sender is missing: set an address, for example "tapedeck@example.org".',
        'infra/stages/prod.ts: alarmEmail is missing: set an address, for example "tapedeck@example.org".',
      ].join("\n"),
    });
  });

  test("a stage without a file, and a name that AWS can't use, are refused", async () => {
    await assert.rejects(readStage("moon", directory), /There is no stage "moon": copy/);
    await assert.rejects(readStage("Prod", directory), /lower-case letters/);
    await assert.rejects(readStage("a-name-too-long-x", directory), /at most 15 characters/);
  });

  for (const [sender, sentence] of [
    [
      "example.org",
      'sender "example.org" is a domain: set an address in it, for example "tapedeck@example.org".',
    ],
    ["nobody@", 'sender "nobody@" isn\'t an email address such as "tapedeck@example.org".'],
    [
      { address: "example.org", identity: "domain" },
      'sender.address "example.org" is a domain: set an address in it, for example "tapedeck@example.org".',
    ],
    [
      { address: "a@example.org", identity: "existing" },
      "sender.name is missing: infra/stages/example.ts has it.",
    ],
    [undefined, "sender is missing: infra/stages/example.ts has it."],
  ] as const) {
    test(`the sender ${JSON.stringify(sender)} gets its own sentence`, async () => {
      assert.deepEqual(await refusals({ ...VALID, sender }), [sentence]);
    });
  }

  test("an alarm address is required, or an explicit none", async () => {
    assert.deepEqual(await refusals({ sender: "a@example.org" }), [
      "alarmEmail is missing: infra/stages/example.ts has it.",
    ]);
    assert.equal((await read(VALID)).alarmEmail, undefined);
  });

  for (const [settings, sentence] of [
    [
      { resultRetentionDay: 7 },
      /^resultRetentionDay isn't a setting; did you mean resultRetentionDays\.$/,
    ],
    [
      { converterMemory: 3008 },
      /^converterMemory isn't a setting; did you mean converterMemoryMiB\.$/,
    ],
    [{ colour: "red" }, /^colour isn't a setting; infra\/stages\/example\.ts has all of them\.$/],
    [
      { database: { kind: "rds", backupDay: 1 } },
      /^database\.backupDay isn't a setting; did you mean database\.backupDays\.$/,
    ],
    [{ database: { kind: "rds", backupDays: 60 } }, /^database\.backupDays .*35/],
    [{ resultRetentionDays: "7" }, /^resultRetentionDays .*expected/],
    [{ converterConcurrency: 1 }, /^converterConcurrency .*2/],
    [
      {
        domain: {
          name: "a.example.org",
          certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1",
        },
      },
      /^domain\.certificateArn must be the ARN of a certificate in us-east-1/,
    ],
    [{ monthlyBudgetUsd: 50 }, /^monthlyBudgetUsd needs somebody to warn/],
  ] as const) {
    test(`${JSON.stringify(settings)} is refused by name`, async () => {
      const [first = "", ...more] = await refusals({ ...VALID, ...settings });
      assert.match(first, sentence);
      assert.deepEqual(more, []);
    });
  }

  test("every wrong setting is named, not only the first", async () => {
    const sentences = await refusals({
      sender: "",
      alarmEmail: "none",
      converterConcurrency: 0,
      tag: {},
    });
    assert.deepEqual(sentences.map((it) => it.split(" ")[0]).sort(), [
      "converterConcurrency",
      "sender",
      "tag",
    ]);
  });
});

describe("what the CDK is asked for", () => {
  const ask = (context: Record<string, string>, environment: Record<string, string> = {}) =>
    readTarget((name) => context[name], environment);
  const onEmulator = { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };

  test("nothing: the emulator in the environment, or else a stage on AWS, which must have a file", async () => {
    assert.equal((await ask({}, onEmulator)).kind, "local");
    assert.equal((await ask({ stage: "example" })).kind, "aws");
    await assert.rejects(ask({}), /sender/);
  });

  test("AWS, although the environment names an emulator", async () => {
    assert.equal((await ask({ target: "aws", stage: "example" }, onEmulator)).kind, "aws");
  });

  test("an unknown target: a sentence that says what to pass", async () => {
    await assert.rejects(ask({ target: "moon" }), /pass -c target=aws or -c target=local/);
  });

  test("a setting by -c on AWS, which the next deployment would lose", async () => {
    await assert.rejects(
      ask({ target: "aws", stage: "example", resultRetentionDays: "7" }),
      /move resultRetentionDays from -c to infra\/stages\/example\.ts/,
    );
  });

  test("a stage, whose name the target has", async () => {
    const target = await ask({ target: "aws", stage: "example" });
    assert.equal(target.stage, "example");
  });
});
