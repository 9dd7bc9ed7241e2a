import { type RunningStack, runStack } from "../../localstack/run-stack.ts";

/**
 * Runs a stack whose emulator checks each call against the caller's IAM policies. The emulator can't
 * deploy with the checks on, so this deploys without them, stops, and starts again with them.
 */
export async function runStackWithIam(options: {
  stateDir: string;
  port: number;
}): Promise<RunningStack> {
  const deployed = await runStack(options);
  await deployed.stop();
  return runStack({ ...options, enforceIam: true });
}
