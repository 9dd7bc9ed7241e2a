/**
 * Loaded by `node --test --test-global-setup`: runs once, before the first and after the last test
 * file. It compiles the ffmpeg that ships, which the files then find, and passes them the stack's
 * address through the environment.
 *
 * Without AWS_ENDPOINT_URL it starts a stack of its own on free ports with its state in a temporary
 * folder. With it, the tests use the stack that is deployed there (`npm run deploy:local`). With
 * TAPEDECK_TEST_STACK=aws they use the one that the AWS credentials lead to, and with
 * TAPEDECK_TEST_STACK=warm one that stays for the next run. TAPEDECK_TEST_IAM=1 starts its own with
 * IAM's checks on (`npm run test:iam`).
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emulatorConfig, readStackOutputs } from "../../deployed/stack.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { runStack } from "../../localstack/run-stack.ts";
import { handOver, type TestStack } from "./handover.ts";
import { runStackWithIam } from "./iam-stack.ts";
import { prepareFfmpeg } from "./layer-ffmpeg.ts";
import { takeWarmStack } from "./warm-stack.ts";

let stop = async () => {};

export async function globalSetup(): Promise<void> {
  const { AWS_ENDPOINT_URL, TAPEDECK_TEST_STACK } = process.env;
  // Standard output belongs to the reporter.
  process.stderr.write(`${await prepareFfmpeg()}\n`);
  if (AWS_ENDPOINT_URL || TAPEDECK_TEST_STACK === "aws") {
    handOver(await findDeployed(AWS_ENDPOINT_URL));
  } else if (TAPEDECK_TEST_STACK === "warm") handOver(await takeWarmStack());
  else handOver(await startOwn());
}

export async function globalTeardown(): Promise<void> {
  await stop();
}

async function findDeployed(endpoint: string | undefined): Promise<TestStack> {
  const outputs = await readStackOutputs(endpoint ? emulatorConfig(endpoint) : {});
  if (!outputs) throw new Error(`No finished stack is deployed on ${endpoint ?? "AWS"}.`);
  return { endpoint, outputs };
}

async function startOwn(): Promise<TestStack> {
  const stateDir = await mkdtemp(join(tmpdir(), "tapedeck-test-"));
  const removeState = () => rm(stateDir, { recursive: true, force: true });
  stop = removeState;
  const port = await findFreePort();
  const run = process.env.TAPEDECK_TEST_IAM ? runStackWithIam : runStack;
  const stack = await run({ stateDir, port }).catch(async (error: unknown) => {
    await removeState();
    throw error;
  });
  stop = async () => {
    await stack.stop();
    await removeState();
  };
  const { endpoint, databaseUrl, outputs } = stack;
  return { endpoint, databaseUrl, outputs, stateDir };
}
