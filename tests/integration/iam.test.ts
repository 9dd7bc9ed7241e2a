import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { CloudFormationClient, paginateListStackResources } from "@aws-sdk/client-cloudformation";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { z } from "zod";
import { ApiClient } from "../../client/api-client.ts";
import { convertVideo } from "../../client/node/convert-video.ts";
import { createPasswordSession } from "../../client/node/password-session.ts";
import { invokeFunction } from "../../deployed/invoke-function.ts";
import { emulatorConfig, LOCAL_STACK_NAME } from "../../deployed/stack.ts";
import { runCommand } from "../../localstack/child.ts";
import { readMailbox } from "../../localstack/mailbox.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { findPython, prepareEmulatorPython } from "../../localstack/python.ts";
import type { RunningStack } from "../../localstack/run-stack.ts";
import { runStackWithIam } from "../harness/iam-stack.ts";
import { eventually } from "../harness/stack.ts";

const SAMPLE = resolve(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
const TRY_ACTIONS = resolve(import.meta.dirname, "../iam/try_actions.py");

/** By role: each action that was tried, and the code it was refused with, or null. */
const Outcomes = z.record(z.string(), z.record(z.string(), z.string().nullable()));
const DENIED = new Set(["AccessDenied", "AccessDeniedException", "AccessDeniedError"]);

describe("with IAM's checks on", () => {
  let stateDir: string;
  let stack: RunningStack | undefined;
  let roles: Awaited<ReturnType<typeof readRoles>> = {};

  before(async () => {
    stateDir = await mkdtemp(join(tmpdir(), "tapedeck-iam-"));
    stack = await runStackWithIam({ stateDir, port: await findFreePort() });
    roles = await readRoles(stack.endpoint);
  });
  after(async () => {
    await stack?.stop();
    await rm(stateDir, { recursive: true, force: true });
  });

  test("no function may do any of 16 things that none needs", async (context) => {
    assert.ok(stack);
    const python = await prepareEmulatorPython(await findPython(), () => {});
    const { endpoint, outputs } = stack;
    const input = JSON.stringify({ endpoint, outputs, roles });
    const outcomes = Outcomes.parse(
      JSON.parse(
        await runCommand(python, [TRY_ACTIONS, input], { env: { PATH: process.env.PATH } }),
      ),
    );
    const names = Object.keys(outcomes);
    assert.ok(names.length >= 10, names.join());
    for (const [name, actions] of Object.entries(outcomes)) {
      assert.equal(Object.keys(actions).length, 16);
      for (const [action, code] of Object.entries(actions)) {
        assert.ok(code !== null && DENIED.has(code), `${name} ${action}: ${code ?? "allowed"}`);
      }
    }
    context.diagnostic(`${names.length} roles × 16 actions, all denied`);
  });

  test("their permissions suffice: a video becomes an MP3 and an email", async () => {
    assert.ok(stack);
    const { endpoint, outputs } = stack;
    const user = { email: "iam@example.org", password: "long enough to be taken" };
    const config = emulatorConfig(endpoint);
    await invokeFunction(config, outputs.UsersFunctionName, { action: "create", ...user });
    const session = createPasswordSession(outputs.ApiUrl, user);
    const client = new ApiClient(outputs.ApiUrl, session);
    const { job } = await convertVideo(client, {
      videoPath: SAMPLE,
      mp3Path: join(stateDir, "sample.mp3"),
      conversion: { quality: "v2" },
      signal: AbortSignal.timeout(60_000),
    });
    assert.equal(job.state, "completed");
    await eventually(async () =>
      (await readMailbox(endpoint)).find(({ to }) => to.includes(user.email)),
    );
  });
});

/** The functions' roles, with the credentials that the emulator gave each when it ran. */
async function readRoles(endpoint: string): Promise<Record<string, Record<string, string>>> {
  const config = emulatorConfig(endpoint);
  const stacks = new CloudFormationClient(config);
  const lambda = new LambdaClient(config);
  const names: string[] = [];
  const pages = paginateListStackResources({ client: stacks }, { StackName: LOCAL_STACK_NAME });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const { ResourceType, PhysicalResourceId } of StackResourceSummaries) {
      if (ResourceType === "AWS::Lambda::Function" && PhysicalResourceId) {
        names.push(PhysicalResourceId);
      }
    }
  }
  const roles: Record<string, Record<string, string>> = {};
  for (const name of names) {
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: name }));
    const { FunctionArn = "", Role = "" } = Configuration ?? {};
    // A function gets its credentials when it starts. Its answer doesn't matter.
    await invokeFunction(config, name, {}).catch(() => {});
    roles[name] = deriveCredentials(FunctionArn, Role);
  }
  stacks.destroy();
  lambda.destroy();
  return roles;
}

/** As MiniStack does: `execution_credentials` in core/lambda_runtime.py. */
function deriveCredentials(functionArn: string, roleArn: string): Record<string, string> {
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const digest = sha256(`${functionArn}:${roleArn}`);
  return {
    aws_access_key_id: `ASIA${digest.slice(0, 16).toUpperCase()}`,
    aws_secret_access_key: sha256(`secret:${digest}`),
    aws_session_token: sha256(`token:${digest}`),
  };
}
