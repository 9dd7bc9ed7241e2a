import {
  CloudFormationClient,
  DeleteStackCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { type AwsConfig, LOCAL_STACK_NAME, readStackStatus } from "../deployed/stack.ts";

/** The states of a stack that was never complete. It takes no deployment, and nobody uses it. */
const NEVER_FINISHED = ["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"];
const DELETION_SECONDS = 120;

/**
 * Deletes the remains of a failed first deployment from an emulator.
 *
 * @returns whether there was anything.
 */
export async function deleteUnfinishedStack(config: AwsConfig): Promise<boolean> {
  if (!NEVER_FINISHED.includes((await readStackStatus(config, LOCAL_STACK_NAME)) ?? ""))
    return false;
  const client = new CloudFormationClient(config);
  try {
    await client.send(new DeleteStackCommand({ StackName: LOCAL_STACK_NAME }));
    await waitUntilStackDeleteComplete(
      { client, maxWaitTime: DELETION_SECONDS, minDelay: 1, maxDelay: 2 },
      { StackName: LOCAL_STACK_NAME },
    );
    return true;
  } finally {
    client.destroy();
  }
}
