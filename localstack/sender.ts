import { SESClient, VerifyEmailIdentityCommand } from "@aws-sdk/client-ses";
import type { AwsConfig } from "../deployed/stack.ts";

/**
 * Makes an emulator's SES take emails from `address`: LocalStack refuses other senders, and fails
 * on the resource that verifies the address on AWS.
 */
export async function verifySender(config: AwsConfig, address: string): Promise<void> {
  const ses = new SESClient(config);
  try {
    await ses.send(new VerifyEmailIdentityCommand({ EmailAddress: address }));
  } finally {
    ses.destroy();
  }
}
