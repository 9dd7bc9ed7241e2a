import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { emulatorConfig, type StackOutputs } from "../../deployed/stack.ts";
import { type Emulator, endpointAt, startEmulator } from "../../localstack/emulator.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { type Database, startPostgres } from "../../localstack/postgres.ts";
import { findPython } from "../../localstack/python.ts";
import { runStack } from "../../localstack/run-stack.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

export interface StackUnderFaults {
  readonly endpoint: string;
  readonly outputs: StackOutputs;
  readonly stateDir: string;
  readonly converterName: string;
  readonly proxy: FaultProxy;
  restartEmulator(): Promise<void>;
  restartDatabase(): Promise<void>;
  stop(): Promise<void>;
}

/** The lease that is deployed (infra/tapedeck.ts). */
const LEASE_SECONDS = 60;

/**
 * A stack of its own whose functions reach the emulator through a {@link FaultProxy}.
 *
 * @param options.hurry divides the lease and the waits between retries, so that a run of many faults
 *   takes minutes and not hours.
 */
export async function startStackUnderFaults(options: {
  pick: () => number;
  hurry: number;
}): Promise<StackUnderFaults> {
  const { hurry } = options;
  const stateDir = await mkdtemp(join(tmpdir(), "tapedeck-faults-"));
  const port = await findFreePort();
  const endpoint = endpointAt(port);
  const config = emulatorConfig(endpoint);
  const python = await findPython();
  const proxy = await startFaultProxy({ target: endpoint, ...options });
  let database: Database | undefined;
  let emulator: Emulator | undefined;

  const stop = async () => {
    await Promise.all([database?.stop(), emulator?.stop(), proxy.close()]);
    await rm(stateDir, { recursive: true, force: true });
  };

  try {
    const { outputs, secrets, ...deployed } = await runStack({ stateDir, port });
    await deployed.stop();
    const startDatabase = () => startPostgres({ stateDir, secrets, python });
    const startOwnEmulator = () => startEmulator({ stateDir, port, python, onInstall: () => {} });
    [database, emulator] = await Promise.all([startDatabase(), startOwnEmulator()]);
    const converterName = await sendThrough(proxy.endpoint, config, LEASE_SECONDS / hurry);
    await shortenVisibility(config, outputs, (2 * LEASE_SECONDS) / hurry);
    return {
      endpoint,
      outputs,
      stateDir,
      converterName,
      proxy,
      async restartEmulator() {
        await emulator?.stop();
        emulator = await startOwnEmulator();
      },
      async restartDatabase() {
        await database?.stop();
        database = await startDatabase();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Config = ReturnType<typeof emulatorConfig>;

/** @returns the converter's name. */
async function sendThrough(
  proxyEndpoint: string,
  config: Config,
  leaseSeconds: number,
): Promise<string> {
  const lambda = new LambdaClient(config);
  let converterName = "";
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName = "" } of Functions) {
      const { Environment } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName }),
      );
      const variables = Environment?.Variables ?? {};
      if (variables.POWERTOOLS_SERVICE_NAME === "converter") converterName = FunctionName;
      const rerouted = Object.entries(variables).map(([name, value]) => {
        if (name === "LEASE_SECONDS") return [name, String(leaseSeconds)];
        const isCalled = name === "AWS_ENDPOINT_URL" || name.endsWith("_QUEUE_URL");
        return [name, isCalled ? value.replace(/^http:\/\/[^/]+/, proxyEndpoint) : value];
      });
      await lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName,
          Environment: { Variables: Object.fromEntries(rerouted) },
        }),
      );
    }
  }
  lambda.destroy();
  return converterName;
}

/**
 * Shortens how long a message stays invisible if its function was killed before it could set that
 * itself.
 */
async function shortenVisibility(config: Config, outputs: StackOutputs, seconds: number) {
  const sqs = new SQSClient(config);
  for (const QueueUrl of [outputs.VideoQueueUrl, outputs.VideoDlqUrl, outputs.Mp3QueueUrl]) {
    const Attributes = { VisibilityTimeout: String(Math.ceil(seconds)) };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  }
  sqs.destroy();
}
