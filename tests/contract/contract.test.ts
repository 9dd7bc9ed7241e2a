/**
 * The API against its own OpenAPI document, by schemathesis: what the document allows is taken, what
 * it doesn't is refused, every answer is described, and what was created or deleted behaves so. The
 * short form is part of `npm test`; `npm run test:contract` is the long one.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DeleteObjectCommand, S3Client } from "@aws-sdk/client-s3";
import pg from "pg";
import { LoginResponse } from "../../contract/api.ts";
import { ROOT_DIR } from "../../deployed/state.ts";
import { runCommand } from "../../localstack/child.ts";
import { findPython, preparePython } from "../../localstack/python.ts";
import { apiUrl, awsConfig, createUser, readOwner, stack } from "../harness/stack.ts";

const FOLDER = join(ROOT_DIR, "tests/contract");
/** Of the long form: cases of each operation, and for how long states are explored. */
const {
  TAPEDECK_CONTRACT_EXAMPLES = "6",
  TAPEDECK_CONTRACT_SECONDS = "40",
  TAPEDECK_CONTRACT_SEED = "1",
} = process.env;
const LIFT_EVERY_MILLISECONDS = 500;

async function signIn({ email, password }: { email: string; password: string }): Promise<string> {
  const credentials = Buffer.from(`${email}:${password}`).toString("base64");
  const headers = { authorization: `Basic ${credentials}` };
  const answer = await fetch(`${apiUrl}/login`, { method: "POST", headers });
  return LoginResponse.parse(await answer.json()).token;
}

/** The limits would answer all but the first requests; what they protect is what is tested here. */
async function liftLimits(owner: string): Promise<() => Promise<void>> {
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  const s3 = new S3Client({ ...awsConfig, forcePathStyle: true });
  const usage = { Bucket: stack.outputs.ResultBucketName, Key: `usage/${owner}.json` };
  let isDone = false;
  const lifting = (async () => {
    while (!isDone) {
      await database.query("delete from login_attempts");
      await s3.send(new DeleteObjectCommand(usage));
      await new Promise((wake) => setTimeout(wake, LIFT_EVERY_MILLISECONDS));
    }
  })();
  return async () => {
    isDone = true;
    await lifting;
    await database.end();
  };
}

test("no answer differs from the API's document, and no state from what was done", async (t) => {
  assert(stack.databaseUrl, "This needs the stack that the test run starts.");
  const python = await preparePython({
    python: await findPython(11),
    requirementsFile: join(FOLDER, "requirements.txt"),
    sources: [],
    onInstall: () => process.stderr.write("Installing schemathesis (once)\n"),
  });
  const user = await createUser();
  const [token, owner] = [await signIn(user), await readOwner(user)];
  const stopLifting = await liftLimits(owner);
  const directory = await mkdtemp(join(tmpdir(), "tapedeck-contract-"));
  try {
    const output = await runCommand(
      python,
      [
        ...["-m", "schemathesis.cli", `--config-file=${join(FOLDER, "schemathesis.toml")}`],
        ...["run", `${apiUrl}/openapi.json`, `--url=${apiUrl}`, "--checks=all"],
        ...[
          `--max-examples=${TAPEDECK_CONTRACT_EXAMPLES}`,
          `--max-time=${TAPEDECK_CONTRACT_SECONDS}`,
        ],
        ...[`--seed=${TAPEDECK_CONTRACT_SEED}`, "--continue-on-failure", "--no-color"],
        ...["--workers=1", "--generation-database=none", "--request-timeout=30"],
      ],
      {
        cwd: directory,
        env: {
          PATH: process.env.PATH,
          HOME: directory,
          LANG: "C.UTF-8",
          SCHEMATHESIS_HOOKS: join(FOLDER, "constraints.py"),
          TAPEDECK_TOKEN: token,
        },
      },
    );
    const [, cases] = output.match(/([\d,]+) generated/) ?? [];
    assert(cases, output);
    t.diagnostic(`${cases} cases, seed ${TAPEDECK_CONTRACT_SEED}`);
  } finally {
    await stopLifting();
    await rm(directory, { recursive: true });
  }
});
