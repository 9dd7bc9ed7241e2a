import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { deployLocally } from "./deploy.ts";
import { attachEmulator, type Emulator, startEmulator } from "./emulator.ts";
import { type Database, startPostgres } from "./postgres.ts";
import type { StackOutputs } from "./stack.ts";
import { openSecrets, type Secrets } from "./state.ts";

/** A deployed stack on this machine, with everything that was started for it. */
export interface RunningStack {
  readonly endpoint: string;
  readonly databaseUrl: string;
  readonly outputs: StackOutputs;
  readonly secrets: Secrets;
  /** Rejects if the emulator ends before `stop` was called. */
  readonly crashed: Promise<never>;
  /** Stops what was started and keeps its state. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL and an AWS emulator, or uses those that DATABASE_URL and AWS_ENDPOINT_URL
 * name, and deploys the bundles in dist/. If a step fails, what was started is stopped.
 */
export async function runStack(options: {
  stateDir: string;
  port: number;
  ffmpegPath: string;
  onStep?: (sentence: string) => void;
}): Promise<RunningStack> {
  const { stateDir, onStep = () => {} } = options;
  const { AWS_ENDPOINT_URL, DATABASE_URL } = process.env;
  await mkdir(stateDir, { recursive: true });
  const secrets = await openSecrets(stateDir);

  onStep("Starting PostgreSQL and the AWS emulator");
  const starting: [Promise<Database>, Promise<Emulator>] = [
    DATABASE_URL
      ? Promise.resolve({ url: DATABASE_URL, stop: async () => {} })
      : startPostgres({ stateDir, secrets }),
    AWS_ENDPOINT_URL
      ? attachEmulator(AWS_ENDPOINT_URL)
      : startEmulator({
          stateDir,
          port: options.port,
          onInstall: () => onStep("Installing the emulator (once, about 20 s)"),
        }),
  ];
  const stop = async () => {
    const started = await Promise.allSettled(starting);
    await Promise.all(started.map((part) => part.status === "fulfilled" && part.value.stop()));
  };
  try {
    const [database, emulator] = await Promise.all(starting);
    const outputs = await deployLocally(
      {
        endpoint: emulator.endpoint,
        databaseUrl: database.url,
        ffmpegPath: options.ffmpegPath,
        assemblyDir: join(stateDir, "cdk.out"),
      },
      onStep,
    );
    const { endpoint, crashed } = emulator;
    return { endpoint, databaseUrl: database.url, outputs, secrets, crashed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
