import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { StackOutputs } from "../deployed/stack.ts";
import type { Secrets } from "../deployed/state.ts";
import { UserError } from "../deployed/user-error.ts";
import { linkFfmpeg } from "../layers/ffmpeg/resolve.ts";
import { prepareAssembly } from "./assembly.ts";
import { deployLocally } from "./deploy.ts";
import {
  attachEmulator,
  type Emulator,
  endpointAt,
  pickPageAddresses,
  requireEmulatorPort,
  startEmulator,
} from "./emulator.ts";
import { lockState } from "./lock.ts";
import { type Database, databaseUrlOf, startPostgres } from "./postgres.ts";
import { findPython } from "./python.ts";
import { openSecrets } from "./secrets.ts";

/** A deployed stack on this machine, with everything that was started for it. */
export interface RunningStack {
  readonly endpoint: string;
  readonly databaseUrl: string;
  readonly outputs: StackOutputs;
  readonly secrets: Secrets;
  /** A link to the ffmpeg that converts. Its target may change while the stack runs. */
  readonly ffmpegLink: string;
  /** Which ffmpeg that is, for people. */
  readonly ffmpegSource: string;
  /** Rejects if the emulator or the database ends before `stop` was called. */
  readonly crashed: Promise<never>;
  /** Stops what was started and keeps its state. */
  stop(): Promise<void>;
}

/** Returns where a stack links to the ffmpeg that converts. A clone's downloads have `ffmpeg` in the same folder. */
export const ffmpegLinkIn = (stateDir: string): string => join(stateDir, "ffmpeg-in-use");

/**
 * Builds everything, starts PostgreSQL and an AWS emulator (or uses those that DATABASE_URL and
 * AWS_ENDPOINT_URL name), and deploys. If a step fails, stops what it started.
 */
export async function runStack(options: {
  stateDir: string;
  /** Where an emulator of ours listens. */
  port: number;
  /** Checks IAM policies; only for a stack that was deployed without. */
  enforceIam?: boolean;
  onStep?: (sentence: string) => void;
}): Promise<RunningStack> {
  const { stateDir, port, enforceIam = false, onStep = () => {} } = options;
  const { AWS_ENDPOINT_URL, DATABASE_URL } = process.env;
  await mkdir(stateDir, { recursive: true });
  const secrets = await openSecrets(stateDir);

  // Reports what this machine lacks before anything starts.
  const ffmpegLink = ffmpegLinkIn(stateDir);
  const [ffmpegSource, python] = await Promise.all([
    findFfmpeg(ffmpegLink),
    AWS_ENDPOINT_URL && DATABASE_URL ? "" : findPython(),
  ]);
  const endpoint = AWS_ENDPOINT_URL ?? endpointAt(port);
  const lock = python ? await lockState(stateDir, python, endpoint) : undefined;
  const unlock = async () => lock?.close();
  const attached = await (AWS_ENDPOINT_URL
    ? attachEmulator(AWS_ENDPOINT_URL)
    : requireEmulatorPort(port)
  ).catch(async (error: unknown) => {
    await unlock();
    throw error;
  });

  const onInstall = () => onStep("Installing the emulator (once, about 20 s)");
  const servers: [Promise<Database>, Promise<Emulator>] = [
    DATABASE_URL ? useDatabase(DATABASE_URL) : startPostgres({ stateDir, secrets, python }),
    attached
      ? Promise.resolve(attached)
      : startEmulator({ stateDir, port, python, onInstall, enforceIam }),
  ];
  const stop = async () => {
    const started = await Promise.allSettled(servers);
    await Promise.all(started.map((part) => part.status === "fulfilled" && part.value.stop()));
    await unlock();
  };
  try {
    const target = {
      endpoint: attached?.endpoint ?? endpointAt(port),
      databaseUrl: DATABASE_URL ?? databaseUrlOf(secrets),
      ffmpegPath: ffmpegLink,
      pageAddresses: pickPageAddresses(process.env),
      assemblyDir: join(stateDir, "cdk.out"),
    };
    // The template needs no servers, so it is generated while they start.
    const [template, database, emulator] = await Promise.all([prepareAssembly(target), ...servers]);
    const outputs = await deployLocally(target, template, onStep).catch((cause: Error) => {
      throw new Error(
        `The deployment failed. If it fails again, delete ${stateDir} to begin afresh. ${cause.message}`,
        { cause },
      );
    });
    const { endpoint, databaseUrl } = target;
    const crashed = Promise.race([emulator.crashed, database.crashed]);
    crashed.catch(() => {});
    const ffmpeg = { ffmpegLink, ffmpegSource };
    return { endpoint, databaseUrl, outputs, secrets, ...ffmpeg, crashed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const useDatabase = async (url: string): Promise<Database> => ({
  url,
  crashed: new Promise(() => {}),
  stop: async () => {},
});

const findFfmpeg = (link: string) =>
  linkFfmpeg(link).then(
    ({ source, version }) => `${source} (ffmpeg ${version})`,
    (error: Error) => {
      throw new UserError(error.message);
    },
  );
