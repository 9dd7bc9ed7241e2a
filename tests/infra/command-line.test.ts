import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { promisify } from "node:util";
import { z } from "zod";
import { AWS, createBuild, ROOT, readCdkJson, synthesize as synthesizeStack } from "./synthesis.ts";

const run = promisify(execFile);

/** This version reports no error for the aws template. To try a newer one, raise it here. */
const CFN_LINT = "cfn-lint==1.58.0";

describe("cdk synth", async () => {
  const build = await createBuild();
  const { app, ...cdkJson } = await readCdkJson();
  const [node = "", script = ""] = app.split(" ");
  await writeFile(
    join(build, "cdk.json"),
    JSON.stringify({ ...cdkJson, app: `${node} ${join(ROOT, script)}` }),
  );

  /** `--strict` turns every warning into an error. */
  const synthesize = (target: string, ...more: string[]) =>
    run(
      join(ROOT, "node_modules/.bin/cdk"),
      [
        "synth",
        "--quiet",
        "--strict",
        "-o",
        `cdk.out/${target}`,
        "-c",
        `target=${target.split("-")[0]}`,
        ...more,
      ],
      { cwd: build, env: { PATH: process.env.PATH, HOME: build, CI: "true" } },
    );

  test("local: no warning", async () => {
    const { stdout, stderr } = await synthesize("local");
    assert.equal(stdout + stderr, "");
  });

  test("aws: no warning, and no finding of cdk-nag that isn't acknowledged with a reason", async () => {
    const { stdout, stderr } = await synthesize("aws", "-c", "stage=example");
    assert.equal(stdout + stderr, "");
  });

  test("aws in an account that was bootstrapped with a qualifier of its own", async () => {
    const { stdout, stderr } = await synthesize(
      "aws-qualified",
      "-c",
      "stage=example",
      "-c",
      "@aws-cdk/core:bootstrapQualifier=mine",
    );
    assert.equal(stdout + stderr, "");
  });

  test("aws without its sender: fails with the sentence", async () => {
    await assert.rejects(synthesize("aws"), { stderr: /prod\.ts: sender is missing: set/ });
  });

  describe("cfn-lint on the aws templates", () => {
    const environment = join(ROOT, ".tapedeck", CFN_LINT.replace("==", "-"));
    const lint = join(environment, "bin/cfn-lint");

    before(async () => {
      await access(lint).catch(async () => {
        await rm(environment, { recursive: true, force: true });
        await mkdir(join(ROOT, ".tapedeck"), { recursive: true });
        await run("python3", ["-m", "venv", environment]);
        await run(join(environment, "bin/pip"), ["install", "--quiet", CFN_LINT]);
      });
    });

    test("finds nothing", async () => {
      const template = join(build, "cdk.out/aws/Tapedeck-example.template.json");
      z.object({ Resources: z.object({}) }).parse(JSON.parse(await readFile(template, "utf8")));
      const pausing = join(build, "aurora.template.json");
      const aurora = await synthesizeStack({ ...AWS, database: { kind: "aurora" } });
      await writeFile(pausing, JSON.stringify(aurora.toJSON()));
      // W3005: CDK names dependencies that references imply anyway.
      const { stdout } = await run(lint, ["--ignore-checks", "W3005", "--", template, pausing]);
      assert.equal(stdout, "");
    });
  });
});
