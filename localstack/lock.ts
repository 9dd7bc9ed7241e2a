import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../deployed/user-error.ts";

/** Who holds the lock, for the message to the next one who wants it. */
const Holder = z.object({ processId: z.int(), endpoint: z.url() });

/**
 * Locks a state folder for this process until the handle is closed or the process ends, however it
 * ends. Node has no flock(2). But a lock belongs to an open file, not to a process, so Python can
 * take it on the file that this process has open.
 *
 * @throws UserError if another process has it
 */
export async function lockState(
  stateDir: string,
  python: string,
  endpoint: string,
): Promise<FileHandle> {
  const path = join(stateDir, "lock");
  const file = await open(path, "a", 0o600);
  const lock = "import fcntl; fcntl.flock(3, fcntl.LOCK_EX | fcntl.LOCK_NB)";
  const child = spawn(python, ["-c", lock], { stdio: ["ignore", "ignore", "ignore", file.fd] });
  const [exitCode] = await once(child, "exit");
  if (exitCode !== 0) {
    await file.close();
    const holder = Holder.safeParse(
      await readFile(path, "utf8")
        .then(JSON.parse)
        .catch(() => undefined),
    );
    const { processId, endpoint: where } = holder.data ?? {};
    throw new UserError(
      `Tapedeck is already running here${where ? `, as process ${processId} at ${where}` : ""}. Use that one, or stop it with Ctrl-C in its terminal. To run a second one, give it its own TAPEDECK_STATE_DIR and TAPEDECK_PORT.`,
    );
  }
  await file.truncate();
  await file.write(
    JSON.stringify({ processId: process.pid, endpoint } satisfies z.infer<typeof Holder>),
  );
  return file;
}
