import { existsSync } from "node:fs";
import { glob, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ROOT_DIR } from "../deployed/state.ts";
import { UserError } from "../deployed/user-error.ts";
import { type Server, startChild, waitUntilReady, watchServer } from "./child.ts";
import { isPortFree } from "./ports.ts";
import { prepareEmulatorPython } from "./python.ts";

/** An AWS emulator. If we didn't start it, `stop` leaves it alone. */
export interface Emulator extends Server {
  /** For example http://127.0.0.1:4566, without a slash at the end. */
  readonly endpoint: string;
}

/**
 * Starts MiniStack on the loopback interface with its state below `stateDir`.
 * {@link requireEmulatorPort} comes first.
 */
export async function startEmulator(options: {
  stateDir: string;
  port: number;
  /** Python 3.10 or later. */
  python: string;
  onInstall: () => void;
  /** Checks each call against the caller's IAM policies. It can't deploy then. */
  enforceIam?: boolean;
}): Promise<Emulator> {
  const { port, stateDir } = options;
  const python = await prepareEmulatorPython(options.python, options.onInstall);
  const directory = join(stateDir, "emulator");
  const temporaryDirectory = join(directory, "tmp");
  await rm(temporaryDirectory, { recursive: true, force: true });
  await mkdir(temporaryDirectory, { recursive: true });
  // MiniStack's Node worker is CommonJS. This repository's package.json would make it an ES module.
  await writeFile(join(temporaryDirectory, "package.json"), "{}");
  // MiniStack writes objects at once, but everything else only when it stops. If it was killed
  // before its first stop, the objects belong to buckets and stacks that it doesn't know.
  const servicesDirectory = join(directory, "state");
  const objectsDirectory = join(directory, "s3");
  if (!existsSync(join(servicesDirectory, "cloudformation.json"))) {
    await rm(objectsDirectory, { recursive: true, force: true });
  }
  await moveToPort(servicesDirectory, port);
  const logFile = join(directory, "emulator.log");
  const endpoint = endpointAt(port);
  const child = await startChild({
    python,
    stopSignal: "SIGTERM",
    command: [python, join(ROOT_DIR, "localstack/run_ministack.py")],
    logFile,
    env: {
      // The functions inherit this environment, so it contains nothing of the developer's own.
      // MiniStack runs them with the first `node` on PATH: the pinned one that runs us.
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? "/usr/bin:/bin"}`,
      HOME: temporaryDirectory,
      TMPDIR: temporaryDirectory,
      LANG: "C.UTF-8",
      BIND_HOST: "127.0.0.1",
      MINISTACK_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      LAMBDA_EXECUTOR: "local",
      PERSIST_STATE: "1",
      STATE_DIR: servicesDirectory,
      S3_PERSIST: "1",
      S3_DATA_DIR: objectsDirectory,
      SFTP_ENABLED: "0",
      IOT_MTLS_ENABLED: "0",
      LOG_LEVEL: "WARNING",
      ...(options.enforceIam && { AUTH: "true" }),
      ...pickPageAddresses(process.env),
    },
  });
  await waitUntilReady(child, {
    name: "The AWS emulator",
    logFile,
    timeoutSeconds: 60,
    isReady: () => isEmulatorReady(endpoint),
  });
  return { endpoint, ...watchServer(child, "The AWS emulator", logFile) };
}

/**
 * What MiniStack saved names its address everywhere: queues, mappings, the stack's outputs, the
 * functions' environments. On another port the functions would call the old one, or whatever
 * listens there now.
 */
async function moveToPort(servicesDirectory: string, port: number): Promise<void> {
  for await (const file of glob("**/*.json", { cwd: servicesDirectory })) {
    const path = join(servicesDirectory, file);
    const saved = await readFile(path, "utf8");
    const moved = saved.replace(/http:\/\/127\.0\.0\.1:\d+/g, endpointAt(port));
    if (moved === saved) continue;
    await writeFile(`${path}.moved`, moved, { mode: 0o600 });
    await rename(`${path}.moved`, path);
  }
}

/**
 * Returns where browsers reach the emulator and the page, if that isn't the emulator's own address.
 * The template contains both, and foreign_pages.py lets no other page in.
 */
export function pickPageAddresses(environment: NodeJS.ProcessEnv): Record<string, string> {
  const { TAPEDECK_PAGE_ORIGIN, TAPEDECK_PUBLIC_ENDPOINT } = environment;
  return {
    ...(TAPEDECK_PAGE_ORIGIN && { TAPEDECK_PAGE_ORIGIN }),
    ...(TAPEDECK_PUBLIC_ENDPOINT && { TAPEDECK_PUBLIC_ENDPOINT }),
  };
}

/** @throws UserError if another program listens on our emulator's port. */
export async function requireEmulatorPort(port: number): Promise<void> {
  if (!(await isPortFree(port))) {
    throw new UserError(
      `Port ${port} is taken: stop the program that listens there, choose another port with TAPEDECK_PORT, or, if it is an AWS emulator that Tapedeck should use, set AWS_ENDPOINT_URL=http://127.0.0.1:${port}.`,
    );
  }
}

/** Returns the address of our own emulator. */
export const endpointAt = (port: number) => `http://127.0.0.1:${port}`;

/**
 * Uses an emulator that somebody else runs.
 *
 * @throws UserError if none responds there.
 */
export async function attachEmulator(endpoint: string): Promise<Emulator> {
  const url = endpoint.replace(/\/+$/, "");
  const isReady = await isEmulatorReady(url).catch(() => false);
  if (!isReady) {
    throw new UserError(
      `No AWS emulator responds at ${url}, the address in AWS_ENDPOINT_URL. Start it there, or unset AWS_ENDPOINT_URL to use Tapedeck's own.`,
    );
  }
  return { endpoint: url, crashed: new Promise(() => {}), stop: async () => {} };
}

/** LocalStack and MiniStack have the same health path. */
async function isEmulatorReady(endpoint: string): Promise<boolean> {
  const response = await fetch(`${endpoint}/_localstack/health`, {
    signal: AbortSignal.timeout(2000),
  });
  return response.ok;
}
