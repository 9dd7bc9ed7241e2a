import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import {
  CloudFormationClient,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { Command } from "commander";
import { readDeployedTemplate, readStackStatus } from "../deployed/stack.ts";
import { DEFAULT_STAGE, stackNameOf } from "../deployed/stage-name.ts";
import { reportError, UserError } from "../deployed/user-error.ts";
import { readStage, SettingsError } from "./read-stage.ts";
import { findShorterRetention } from "./retention.ts";

/**
 * `npm run deploy`: checks the stage's settings before it builds anything, builds, shows what will
 * change, asks, deploys, and protects the stack once it exists.
 */

const ROOT = resolve(import.meta.dirname, "..");
const RUNBOOK = "docs/runbook.md#the-first-deployment-failed";

interface Options {
  stage: string;
  yes?: boolean;
  allowShorterRetention?: boolean;
  allowFallback?: boolean;
}

async function deploy({
  stage,
  yes,
  allowShorterRetention,
  allowFallback,
}: Options): Promise<void> {
  const target = await readStage(stage);
  if (!yes && !process.stdin.isTTY) {
    throw new UserError(
      "There is no terminal here to ask whether to deploy: pass --yes, as docs/first-deployment.md does for CI.",
    );
  }
  const stackName = stackNameOf(stage);
  const status = await readStatus(stackName);
  if (status !== undefined && isStuck(status)) {
    throw new UserError(
      `The stack ${stackName} is in ${status}, which no deployment can change: ${RUNBOOK} says what to do.`,
    );
  }
  // The CDK deletes what a failed creation left, and continues if a stack was only reviewed.
  const isFirst = [undefined, "ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"].includes(status);

  await run("npm", ["run", "build"]);
  if (!allowFallback) await run("npm", ["run", "--silent", "build:layer", "--", "--require-lean"]);
  const assembly = join("cdk.out", stage);
  const context = { target: "aws", stage, ...(isFirst && { firstDeployment: "true" }) };
  await cdk([
    "synth",
    "--quiet",
    ...Object.entries(context).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    "-o",
    assembly,
  ]);
  if (!isFirst) await checkRetention(stackName, assembly, allowShorterRetention ?? false);

  await cdk(["diff", stackName, "--app", assembly]);
  if (!yes && !(await confirm(`Deploy this to ${stackName}?`))) {
    console.log("Nothing was deployed.");
    return;
  }
  // The user has seen it and agreed to it above, including the permissions.
  await cdk(["deploy", stackName, "--app", assembly, "--require-approval", "never"]).catch(
    (error: unknown) => {
      if (isFirst) console.error(`${RUNBOOK} says what to do now.`);
      throw error;
    },
  );
  if (isFirst && target.protectData) await protect(stackName);
}

/**
 * Another deployment is running, or the last one ended in a state in which CloudFormation accepts
 * no other.
 */
const isStuck = (status: string) =>
  /(_FAILED|_IN_PROGRESS)$/.test(status) && !/(^REVIEW|_CLEANUP)_IN_PROGRESS$/.test(status);

const readStatus = (stackName: string) =>
  readStackStatus({}, stackName).catch((error: Error) => {
    throw new UserError(
      `AWS doesn't show the stack ${stackName}: ${error.message} Set AWS_PROFILE and AWS_REGION.`,
    );
  });

async function checkRetention(stackName: string, assembly: string, allowed: boolean) {
  const deployed = await readDeployedTemplate({}, stackName);
  if (deployed === undefined) return;
  const next = await readFile(join(ROOT, assembly, `${stackName}.template.json`), "utf8");
  const shorter = findShorterRetention(JSON.parse(deployed), JSON.parse(next)).map(
    ({ rule, deployedDays, newDays }) =>
      `"${rule}" from ${deployedDays === Number.POSITIVE_INFINITY ? "forever" : deployedDays} to ${newDays} days`,
  );
  if (shorter.length === 0) return;
  const sentence = `This shortens how long S3 keeps objects (${shorter.join(", ")}), and S3 deletes older ones.`;
  if (!allowed) {
    throw new UserError(`${sentence} If you want that, pass --allow-shorter-retention.`);
  }
  console.log(sentence);
}

async function protect(stackName: string): Promise<void> {
  const client = new CloudFormationClient();
  try {
    await client.send(
      new UpdateTerminationProtectionCommand({
        StackName: stackName,
        EnableTerminationProtection: true,
      }),
    );
  } finally {
    client.destroy();
  }
  console.log(`The stack ${stackName} is protected against deletion.`);
}

async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test(await terminal.question(`${question} [y/N] `));
  } finally {
    terminal.close();
  }
}

const cdk = (parameters: string[]) =>
  run(join(ROOT, "node_modules/.bin/cdk"), [...parameters, "--no-notices"]);

async function run(command: string, parameters: string[]): Promise<void> {
  const child = spawn(command, parameters, { cwd: ROOT, stdio: "inherit" });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
    (ended, failed) => {
      child.once("error", failed).once("exit", (...result) => ended(result));
    },
  );
  if (code !== 0) {
    throw new UserError(`${command} ${parameters[0]} failed (${signal ?? `exit code ${code}`}).`);
  }
}

const program = new Command("deploy")
  .description("Deploys a stage to AWS; its settings are in infra/stages/STAGE.ts.")
  .option("--stage <stage>", "which stage", DEFAULT_STAGE)
  .option("--yes", "deploy without asking, for CI")
  .option("--allow-fallback", "deploy a full ffmpeg if ours can't be compiled")
  .option(
    "--allow-shorter-retention",
    "let S3 delete objects that are older than the new settings allow",
  )
  .action(deploy);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof SettingsError) console.error(`\n${error.message}`);
  else reportError(error);
  process.exitCode = 1;
}
