import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { invokeFunction } from "../deployed/invoke-function.ts";
import {
  emulatorConfig,
  LOCAL_STACK_NAME,
  readDeployedTemplate,
  readStackOutputs,
  readStackStatus,
  type StackOutputs,
} from "../deployed/stack.ts";
import { ROOT_DIR, STATE_DIR } from "../deployed/state.ts";
import { reportError, UserError } from "../deployed/user-error.ts";
import { resolveFfmpeg } from "../layers/ffmpeg/resolve.ts";
import { type LocalTarget, prepareAssembly } from "./assembly.ts";
import { runCommand } from "./child.ts";
import { attachEmulator, pickPageAddresses } from "./emulator.ts";
import { verifySender } from "./sender.ts";
import { uploadSite } from "./site.ts";
import { deleteUnfinishedStack } from "./unfinished-stack.ts";

/**
 * Deploys an assembly to an emulator, unless exactly its template is deployed there already. Then
 * brings the database's tables and the page up to date.
 */
export async function deployLocally(
  target: LocalTarget,
  template: unknown,
  onStep: (sentence: string) => void = () => {},
): Promise<StackOutputs> {
  const config = emulatorConfig(target.endpoint);
  const deployed = await readDeployedTemplate(config).catch(() => undefined);
  const isCurrent = deployed !== undefined && isDeepStrictEqual(JSON.parse(deployed), template);
  const outputs = isCurrent ? await readStackOutputs(config) : undefined;
  // Finishing a deployment twice does no harm, and shows whether the emulator's functions still
  // run.
  if (outputs && (await finishDeployment(target.endpoint, outputs).then(...toBoolean))) {
    return outputs;
  }
  const fresh = await deployAssembly(target, onStep);
  await finishDeployment(target.endpoint, fresh);
  return fresh;
}

const toBoolean = [() => true, () => false] as const;

/** What emulators can't do in the stack: the tables, the page, and the sender's verification. */
async function finishDeployment(endpoint: string, outputs: StackOutputs): Promise<void> {
  const config = emulatorConfig(endpoint);
  await Promise.all([
    invokeFunction(config, outputs.MigrateFunctionName, {}),
    uploadSite(config, outputs),
    verifySender(config, outputs.SenderAddress),
  ]);
}

/** Deploys an assembly to an emulator. First deletes the remains of a failed first deployment. */
export async function deployAssembly(
  target: Pick<LocalTarget, "endpoint" | "assemblyDir">,
  onStep: (sentence: string) => void = () => {},
): Promise<StackOutputs> {
  const cdklocal = join(ROOT_DIR, "node_modules/.bin/cdklocal");
  const config = emulatorConfig(target.endpoint);
  const { credentials, region } = config;
  const { AWS_PROFILE: _, AWS_SESSION_TOKEN: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_ENDPOINT_URL_S3: findS3Endpoint(target.endpoint),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    CDK_DISABLE_CLI_TELEMETRY: "true",
  };
  if (await deleteUnfinishedStack(config)) {
    onStep("Deleted the stack of an earlier, failed deployment");
  }
  onStep("Deploying the stack");
  const app = [`--app=${target.assemblyDir}`, "--no-notices", "--no-version-reporting"];
  await runCommand(cdklocal, ["bootstrap", `aws://000000000000/${region}`, ...app], { env });
  await runCommand(
    cdklocal,
    ["deploy", LOCAL_STACK_NAME, ...app, "--require-approval=never", "--method=direct", "--force"],
    { env },
  );
  const outputs = await readStackOutputs(config);
  if (outputs) return outputs;
  const status = await readStackStatus(config, LOCAL_STACK_NAME);
  throw new UserError(
    `The stack ${LOCAL_STACK_NAME}${status ? ` is in the state ${status}` : " doesn't exist"} after its deployment. Delete it (aws cloudformation delete-stack --stack-name ${LOCAL_STACK_NAME}) or begin with an empty emulator, then deploy again.`,
  );
}

/**
 * Returns the address for S3 clients that put the bucket's name before the host, as the CDK does if
 * the host is a name. LocalStack recognises such requests as S3's only with `s3.` there.
 */
function findS3Endpoint(endpoint: string): string {
  return endpoint.replace("//localhost.localstack.cloud", "//s3.localhost.localstack.cloud");
}

async function main(isFinish: boolean): Promise<void> {
  const { AWS_ENDPOINT_URL, DATABASE_URL } = process.env;
  if (!AWS_ENDPOINT_URL) {
    throw new UserError(
      'Say where to deploy to: set AWS_ENDPOINT_URL to the emulator, for example http://127.0.0.1:4566 (or use "npm start", which starts one).',
    );
  }
  const { endpoint } = await attachEmulator(AWS_ENDPOINT_URL);
  const outputs = isFinish
    ? await finishDeployed(endpoint)
    : await deployBuilt(endpoint, DATABASE_URL);
  for (const [name, value] of Object.entries(outputs)) console.log(`${name} = ${value}`);
}

async function finishDeployed(endpoint: string): Promise<StackOutputs> {
  const outputs = await readStackOutputs(emulatorConfig(endpoint));
  if (!outputs) {
    throw new UserError(
      `There is no finished stack ${LOCAL_STACK_NAME} at ${endpoint}: deploy it first, with "npm run deploy:local" or "npx cdklocal deploy".`,
    );
  }
  await finishDeployment(endpoint, outputs);
  return outputs;
}

async function deployBuilt(endpoint: string, databaseUrl: string | undefined) {
  if (!databaseUrl) {
    throw new UserError(
      'Set DATABASE_URL to a PostgreSQL that the emulator\'s functions reach (or use "npm start", which starts one).',
    );
  }
  const target = {
    endpoint,
    databaseUrl,
    ffmpegPath: process.env.TAPEDECK_FFMPEG_PATH ?? (await resolveFfmpeg()).path,
    pageAddresses: pickPageAddresses(process.env),
    assemblyDir: join(STATE_DIR, "cdk.out"),
  };
  return deployLocally(target, await prepareAssembly(target), console.log);
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({ options: { finish: { type: "boolean", default: false } } });
    await main(values.finish);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}
