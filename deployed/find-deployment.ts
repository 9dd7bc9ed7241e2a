import { findRunning } from "./running.ts";
import { type AwsConfig, emulatorConfig, readStackOutputs, type StackOutputs } from "./stack.ts";
import { DEFAULT_STAGE, stackNameOf } from "./stage-name.ts";
import { STATE_DIR } from "./state.ts";
import { UserError } from "./user-error.ts";

/** A stack that an operator works on. */
export interface Deployment {
  config: AwsConfig;
  outputs: StackOutputs;
  /** Where it runs, in words for the operator. */
  place: string;
}

/**
 * Finds the emulator that AWS_ENDPOINT_URL names, or else the stack of npm start, or else AWS. Only
 * AWS has stages.
 */
export async function findDeployment({
  aws,
  stage,
}: {
  aws?: boolean;
  stage?: string;
}): Promise<Deployment> {
  const endpoint =
    aws || stage !== undefined
      ? undefined
      : (process.env.AWS_ENDPOINT_URL ?? (await findRunning(STATE_DIR))?.endpoint);
  const config: AwsConfig = endpoint ? emulatorConfig(endpoint) : {};
  const place = endpoint ?? (stage === undefined ? "AWS" : `AWS, stage ${stage}`);
  const stackName = stackNameOf(stage ?? DEFAULT_STAGE);
  const outputs = await readStackOutputs(config, stackName).catch((error: Error) => {
    throw new UserError(
      endpoint
        ? `The stack at ${endpoint} can't be read: ${error.message}`
        : `No stack is running here, and AWS can't be reached (${error.message}). Run "npm start", or set AWS_PROFILE and AWS_REGION.`,
    );
  });
  if (!outputs) throw new UserError(`There is no finished stack on ${place}. Deploy it first.`);
  return { config, outputs, place };
}
