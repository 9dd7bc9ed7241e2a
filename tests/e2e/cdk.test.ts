import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { CloudFormationClient, DescribeChangeSetCommand } from "@aws-sdk/client-cloudformation";
import { HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { emulatorConfig } from "../../deployed/stack.ts";
import { ROOT_DIR } from "../../deployed/state.ts";
import { writePlaceholderBuild } from "../../infra/placeholder-build.ts";
import { runCommand } from "../../localstack/child.ts";
import { type Emulator, startEmulator } from "../../localstack/emulator.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { findPython } from "../../localstack/python.ts";

const STACK = "Tapedeck-example";
const CHANGE_SET = "first";

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const Code = z.object({ Code: z.object({ S3Bucket: z.unknown(), S3Key: z.string() }) });

/**
 * The CDK's own commands with the target for AWS, up to the change set: emulators lack types of its
 * resources. The layer and the functions are empty files, as in other tests of the template.
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
    };
  });
  after(async () => {
    await emulator?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const cdk = (...words: string[]) =>
    runCommand(join(ROOT_DIR, "node_modules/.bin/cdk"), words, { env, cwd: directory });

  test("bootstraps, publishes what the stack consists of, and has all of it in a change set", async () => {
    const context = ["-c", "target=aws", "-c", "stage=example"];
    await cdk("bootstrap", "aws://000000000000/us-east-1");
    await cdk(
      ...["deploy", STACK, ...context, "--require-approval", "never"],
      ...["--method", "prepare-change-set", "--change-set-name", CHANGE_SET],
    );
    const config = emulatorConfig(emulator.endpoint);
    const client = new CloudFormationClient(config);
    const set = await client.send(
      new DescribeChangeSetCommand({ StackName: STACK, ChangeSetName: CHANGE_SET }),
    );
    client.destroy();
    assert.equal(set.Status, "CREATE_COMPLETE");
    const file = join(directory, "cdk.out", `${STACK}.template.json`);
    const { Resources } = Template.parse(JSON.parse(await readFile(file, "utf8")));
    const added = (set.Changes ?? []).map(({ ResourceChange: change }) => {
      assert.equal(change?.Action, "Add");
      return change?.LogicalResourceId;
    });
    assert.deepEqual(added.sort(), Object.keys(Resources).sort());

    const s3 = new S3Client({ ...config, forcePathStyle: true });
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
});
