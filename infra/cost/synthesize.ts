import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { stackNameOf } from "../../deployed/stage-name.ts";
import { writePlaceholderBuild } from "../placeholder-build.ts";
import type { AwsTarget } from "../stage.ts";
import { Tapedeck } from "../tapedeck.ts";

/**
 * Generates the CloudFormation template that these settings would deploy, except for the bundles'
 * hashes.
 */
export async function synthesize(target: AwsTarget): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), "tapedeck-cost-"));
  try {
    await writePlaceholderBuild(directory);
    const app = new App({ outdir: join(directory, "cdk.out") });
    const stackName = stackNameOf(target.stage);
    new Tapedeck(app, stackName, {
      target,
      buildDirectory: join(directory, "dist"),
      pageDirectory: join(directory, "web/dist"),
    });
    return app.synth().getStackByName(stackName).template;
  } finally {
    await rm(directory, { recursive: true });
  }
}
