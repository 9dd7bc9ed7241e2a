import { SESClient, VerifyEmailIdentityCommand } from "@aws-sdk/client-ses";
import type { AwsConfig } from "../deployed/stack.ts";

/**
 * Verifies `address` as a sender in an emulator's SES. LocalStack refuses other senders, and fails
 * on the resource that does this on AWS.
 */
export async function verifySender(config: AwsConfig, address: string): Promise<void> {
  const ses = new SESClient(config);
  try {
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: address }));
  } finally {
    ses.destroy();
  }
}
