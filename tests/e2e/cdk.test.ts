import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { emulatorConfig, readStackOutputs } from "../../deployed/stack.ts";
import { ROOT_DIR } from "../../deployed/state.ts";
import { writePlaceholderBuild } from "../../infra/placeholder-build.ts";
import { runCommand } from "../../localstack/child.ts";
import { type Emulator, startEmulator } from "../../localstack/emulator.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { findPython } from "../../localstack/python.ts";

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const Code = z.object({ Code: z.object({ S3Bucket: z.unknown(), S3Key: z.string() }) });

/** The types that MiniStack can't create. It refuses the template for these, and for nothing else. */
const UNKNOWN_TO_EMULATOR = [
  "AWS::Budgets::Budget",
  "AWS::EC2::FlowLog",
  "AWS::EC2::SecurityGroupEgress",
  "AWS::EC2::SecurityGroupIngress",
  "AWS::Logs::QueryDefinition",
];

/**
 * Runs the CDK's own commands with the target for AWS, as far as an emulator supports it. The layer and
 * the functions are empty files, as in other tests of the template.
 */
suite("npx cdk, for AWS", () => {
  let directory: string;
  let emulator: Emulator;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-cdk-"));
    await writePlaceholderBuild(directory);
    const json = JSON.parse(await readFile(join(ROOT_DIR, "cdk.json"), "utf8"));
    const app = `${process.execPath} ${join(ROOT_DIR, "infra/app.ts")}`;
    await writeFile(join(directory, "cdk.json"), JSON.stringify({ ...json, app }));
    const port = await findFreePort();
    emulator = await startEmulator({
      stateDir: directory,
      port,
      python: await findPython(),
      onInstall: () => {},
    });
    env = {
      ...process.env,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      DATABASE_URL: "postgres://tapedeck@127.0.0.1:1/tapedeck",
      TAPEDECK_FFMPEG_PATH: "ffmpeg",
    };
  });
  after(async () => {
    await emulator?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const cdk = (...words: string[]) =>
    runCommand(join(ROOT_DIR, "node_modules/.bin/cdk"), words, { env, cwd: directory });

  test("bootstraps, publishes the stack's assets, and sends its template", async () => {
    await cdk("bootstrap", "aws://000000000000/us-east-1");
    const context = ["-c", "target=aws", "-c", "stage=example"];
    await assert.rejects(
      cdk("deploy", ...context, "--require-approval", "never", "--method", "prepare-change-set"),
      ({ message }: Error) =>
        message.includes(`Unrecognized resource types: [${UNKNOWN_TO_EMULATOR.join(", ")}]`),
    );
    const file = join(directory, "cdk.out/Tapedeck-example.template.json");
    const { Resources } = Template.parse(JSON.parse(await readFile(file, "utf8")));
    const s3 = new S3Client({ ...emulatorConfig(emulator.endpoint), forcePathStyle: true });
    const Bucket = "cdk-hnb659fds-assets-000000000000-us-east-1";
    const functions = Object.values(Resources).filter(
      ({ Type }) => Type === "AWS::Lambda::Function",
    );
    for (const { Properties } of functions) {
      const { S3Key: Key } = Code.parse(Properties).Code;
      await s3.send(new HeadObjectCommand({ Bucket, Key }));
    }
    s3.destroy();
  });

  test("deploys the target for emulators if it only gets an emulator's address", async () => {
    await cdk("deploy", "--require-approval", "never");
    const outputs = await readStackOutputs(emulatorConfig(emulator.endpoint));
    assert.ok(outputs?.ApiUrl.startsWith(emulator.endpoint));
  });
});
