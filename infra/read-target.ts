import { z } from "zod";
import { readStage } from "./read-stage.ts";
import { SETTING_NAMES } from "./stage.ts";
import { readLocalTarget, type Target } from "./target.ts";

const Name = z.string().optional();

/**
 * Reads what to deploy to from the CDK's context: `-c target=local`, or `-c target=aws -c
 * stage=prod` with the settings in the stage's file. Without a target it is the emulator that
 * AWS_ENDPOINT_URL names, or else AWS. A setting for AWS in `-c` is refused, because the next
 * deployment would lack it.
 *
 * @throws Error whose message names each setting that is missing or wrong.
 */
export async function readTarget(
  context: (name: string) => unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Target> {
  const kind = context("target") ?? (environment.AWS_ENDPOINT_URL ? "local" : "aws");
  if (kind === "local") return readLocalTarget(context, environment);
  if (kind !== "aws") {
    throw new Error(`There is no target ${kind}: pass -c target=aws or -c target=local`);
  }
  const stage = Name.parse(context("stage"));
  const stray = SETTING_NAMES.filter((name) => context(name) !== undefined);
  if (stray.length > 0) {
    throw new Error(
      `Settings of a stage are in its file, so that they last: move ${stray.join(", ")} from -c to infra/stages/${stage ?? "prod"}.ts`,
    );
  }
  return readStage(stage, Name.parse(context("stagesDirectory")));
}
