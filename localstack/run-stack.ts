import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { resolveFfmpeg } from "../layers/ffmpeg/resolve.ts";
import { prepareAssembly } from "./assembly.ts";
import { deployLocally } from "./deploy.ts";
import {
  attachEmulator,
  type Emulator,
  endpointAt,
  requireEmulatorPort,
  startEmulator,
} from "./emulator.ts";
import { type Database, databaseUrlOf, startPostgres } from "./postgres.ts";
import { findPython } from "./python.ts";
import type { StackOutputs } from "./stack.ts";
import { openSecrets, type Secrets } from "./state.ts";
import { UserError } from "./user-error.ts";

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
 * Builds everything, starts PostgreSQL and an AWS emulator, or uses those that DATABASE_URL and
 * AWS_ENDPOINT_URL name, and deploys. If a step fails, what was started is stopped.
 */
export async function runStack(options: {
  stateDir: string;
  /** Where an emulator of ours listens. */
  port: number;
  onStep?: (sentence: string) => void;
}): Promise<RunningStack> {
  const { stateDir, port, onStep = () => {} } = options;
  const { AWS_ENDPOINT_URL, DATABASE_URL } = process.env;
  await mkdir(stateDir, { recursive: true });
  const secrets = await openSecrets(stateDir);

  // What this machine lacks is said before anything starts.
  const [ffmpegPath, python, attached] = await Promise.all([
    findFfmpeg(),
    AWS_ENDPOINT_URL && DATABASE_URL ? "" : findPython(),
    AWS_ENDPOINT_URL ? attachEmulator(AWS_ENDPOINT_URL) : requireEmulatorPort(port),
  ]);

  const onInstall = () => onStep("Installing the emulator (once, about 20 s)");
  const servers: [Promise<Database>, Promise<Emulator>] = [
    DATABASE_URL ? useDatabase(DATABASE_URL) : startPostgres({ stateDir, secrets, python }),
    attached ? Promise.resolve(attached) : startEmulator({ stateDir, port, python, onInstall }),
  ];
  const stop = async () => {
    const started = await Promise.allSettled(servers);
    await Promise.all(started.map((part) => part.status === "fulfilled" && part.value.stop()));
  };
  try {
    const target = {
      endpoint: attached?.endpoint ?? endpointAt(port),
      databaseUrl: DATABASE_URL ?? databaseUrlOf(secrets),
      ffmpegPath,
      assemblyDir: join(stateDir, "cdk.out"),
    };
    // The template needs no servers, so it is made while they start.
    const [template, , emulator] = await Promise.all([prepareAssembly(target), ...servers]);
    const outputs = await deployLocally(target, template, onStep).catch((cause: Error) => {
      throw new Error(
        `The deployment failed. If it does so again, delete ${stateDir} to begin afresh. ${cause.message}`,
        { cause },
      );
    });
    const { endpoint, databaseUrl } = target;
    return { endpoint, databaseUrl, outputs, secrets, crashed: emulator.crashed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const useDatabase = async (url: string): Promise<Database> => ({ url, stop: async () => {} });

const findFfmpeg = () =>
  resolveFfmpeg().then(
    ({ path }) => path,
    (error: Error) => {
      throw new UserError(error.message);
    },
  );
