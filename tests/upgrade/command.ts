/**
 * Deploys a release, and this code while its jobs run:
 *
 *   npm run test:upgrade -- [COMMIT]
 *
 * COMMIT is a tag or a commit; without it, the newest tag before this code.
 */
import { spawnSync } from "node:child_process";
import { reportError, UserError } from "../../deployed/user-error.ts";
import { runCommand } from "../../localstack/child.ts";

const findNewestTag = () =>
  runCommand("git", ["describe", "--tags", "--abbrev=0"]).catch(() => {
    throw new UserError("There is no tag yet: name a commit, as in npm run test:upgrade -- COMMIT");
  });

try {
  const commit = process.argv[2] ?? (await findNewestTag()).trim();
  const { status } = spawnSync(process.execPath, ["--test", "tests/upgrade/upgrade.test.ts"], {
    stdio: "inherit",
    env: { ...process.env, TAPEDECK_UPGRADE_FROM: commit },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  reportError(error);
  process.exitCode = 2;
}
