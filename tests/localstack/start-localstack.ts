import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT_DIR } from "../../deployed/state.ts";
import { runCommand, startChild, waitUntilReady } from "../../localstack/child.ts";
import { attachEmulator, type Emulator } from "../../localstack/emulator.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { preparePython } from "../../localstack/python.ts";

const FOLDER = join(ROOT_DIR, "tests/localstack");
const VERSION = "4.14.0";

/**
 * Offline, LocalStack knows which resource types it supports only with a catalog beside it: these are
 * the ones that its own code has, and no hints at other editions.
 */
const CATALOG = {
  schema_version: "v1",
  localstack: { version: VERSION },
  services: {},
  cloudformation_resources: { community: {}, pro: {} },
};

/** Starts LocalStack's own Python packages on a free loopback port, with its files in `directory`. */
export async function startLocalStack(directory: string): Promise<Emulator> {
  const python = await preparePython({
    python: await findPython(),
    requirementsFile: join(FOLDER, "requirements.txt"),
    sources: ["airspeed-ext", "crontab", "jsonpath-rw"],
    onInstall: () => process.stderr.write("Installing LocalStack (once, some minutes)\n"),
  });
  const cache = join(directory, "var/lib/localstack/cache");
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, "aws_catalog.json"), JSON.stringify(CATALOG));
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(directory, "localstack.log");
  const child = await startChild({
    python,
    stopSignal: "SIGTERM",
    command: [python, join(FOLDER, "run_localstack.py")],
    logFile,
    env: {
      PATH: process.env.PATH ?? "/usr/bin:/bin",
      HOME: directory,
      LANG: "C.UTF-8",
      // Its files are below `directory` and not in /var, also where this machine is a container.
      FILESYSTEM_ROOT: directory,
      OVERRIDE_IN_DOCKER: "0",
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      LOCALSTACK_HOST: `127.0.0.1:${port}`,
      GATEWAY_SERVER: "hypercorn",
      SQS_ENDPOINT_STRATEGY: "path",
      CFN_IGNORE_UNSUPPORTED_RESOURCE_TYPES: "0",
      S3_SKIP_SIGNATURE_VALIDATION: "0",
      // It would ask the network for a certificate, answer DNS and report its use.
      SKIP_SSL_CERT_DOWNLOAD: "1",
      DNS_ADDRESS: "0",
      DISABLE_EVENTS: "1",
    },
  });
  await waitUntilReady(child, {
    name: "LocalStack",
    logFile,
    timeoutSeconds: 180,
    isReady: () =>
      attachEmulator(endpoint).then(
        () => true,
        () => false,
      ),
  });
  return { endpoint, crashed: new Promise(() => {}), stop: () => child.stop() };
}

/** The locked versions are those for Python 3.13, in which LocalStack's own image runs them. */
async function findPython(): Promise<string> {
  const python = process.env.TAPEDECK_PYTHON ?? "python3.13";
  const version = await runCommand(python, [
    "-c",
    "import sys; print('%d.%d' % sys.version_info[:2])",
  ]).catch(() => "none");
  if (version.trim() === "3.13") return python;
  throw new Error(
    `LocalStack ${VERSION} is tried with Python 3.13, and ${python} is ${version.trim()}: install it, or set TAPEDECK_PYTHON to its path.`,
  );
}
