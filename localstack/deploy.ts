import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { resolveFfmpeg } from "../layers/ffmpeg/resolve.ts";
import { type LocalTarget, prepareAssembly } from "./assembly.ts";
import { runCommand } from "./child.ts";
import { attachEmulator } from "./emulator.ts";
import { verifySender } from "./sender.ts";
import { uploadSite } from "./site.ts";
import {
  emulatorConfig,
  invokeFunction,
  LOCAL_STACK_NAME,
  readDeployedTemplate,
  readStackOutputs,
  type StackOutputs,
} from "./stack.ts";
import { ROOT_DIR, STATE_DIR } from "./state.ts";
import { reportError, UserError } from "./user-error.ts";

/**
 * Deploys an assembly to an emulator, unless exactly its template is deployed there already, then
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
  let outputs = isCurrent ? await readStackOutputs(config) : undefined;
  // Migrating twice does no harm, and shows whether the emulator's functions still run.
  if (outputs && !(await migrate(target, outputs).then(...toBoolean))) outputs = undefined;
  if (!outputs) {
    onStep("Deploying the stack");
    outputs = await deployAssembly(target);
    await migrate(target, outputs);
  }
  await Promise.all([uploadSite(config, outputs), verifySender(config, outputs.SenderAddress)]);
  return outputs;
}

const toBoolean = [() => true, () => false] as const;

async function migrate(target: LocalTarget, outputs: StackOutputs): Promise<void> {
  await invokeFunction(emulatorConfig(target.endpoint), outputs.MigrateFunctionName, {});
}

async function deployAssembly(target: LocalTarget): Promise<StackOutputs> {
  const cdklocal = join(ROOT_DIR, "node_modules/.bin/cdklocal");
  const { credentials, region } = emulatorConfig(target.endpoint);
  const { AWS_PROFILE: _, AWS_SESSION_TOKEN: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    AWS_ENDPOINT_URL: target.endpoint,
    AWS_ENDPOINT_URL_S3: target.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    CDK_DISABLE_CLI_TELEMETRY: "true",
  };
  const app = [`--app=${target.assemblyDir}`, "--no-notices", "--no-version-reporting"];
  await runCommand(cdklocal, ["bootstrap", `aws://000000000000/${region}`, ...app], { env });
  await runCommand(
    cdklocal,
    ["deploy", LOCAL_STACK_NAME, ...app, "--require-approval=never", "--method=direct"],
    { env },
  );
  const outputs = await readStackOutputs(emulatorConfig(target.endpoint));
  if (!outputs) throw new Error(`The stack ${LOCAL_STACK_NAME} was deployed but can't be read.`);
  return outputs;
}

if (import.meta.main) {
  try {
    const { AWS_ENDPOINT_URL, DATABASE_URL } = process.env;
    if (!AWS_ENDPOINT_URL || !DATABASE_URL) {
      throw new UserError(
        'Say where to deploy to: set AWS_ENDPOINT_URL to the emulator, for example http://127.0.0.1:4566, and DATABASE_URL to a PostgreSQL that the emulator\'s functions reach (or use "npm start", which starts both).',
      );
    }
    const { endpoint } = await attachEmulator(AWS_ENDPOINT_URL);
    const target = {
      endpoint,
      databaseUrl: DATABASE_URL,
      ffmpegPath: process.env.TAPEDECK_FFMPEG_PATH ?? (await resolveFfmpeg()).path,
      assemblyDir: join(STATE_DIR, "cdk.out"),
    };
    const outputs = await deployLocally(target, await prepareAssembly(target), console.log);
    for (const [name, value] of Object.entries(outputs)) console.log(`${name} = ${value}`);
  } catch (error) {
    reportError(error);
    process.exitCode = 1;
  }
}
