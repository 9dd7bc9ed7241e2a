import { Stack } from "aws-cdk-lib";
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from "aws-cdk-lib/aws-ses";
import { Construct } from "constructs";
import type { NodeFunction } from "./node-function.ts";
import type { Target } from "./target.ts";

/** The address that emails come from, and how they are sent. */
export class Mail extends Construct {
  readonly #sendingArns: string[];
  readonly #environment: Record<string, string>;

  constructor(scope: Construct, id: string, { target }: { target: Target }) {
    super(scope, id);
    this.#environment = { SENDER_ADDRESS: target.sender };
    if (target.kind === "local") {
      // Emulators make neither of the two below; localstack/deploy.ts verifies the sender there.
      this.#sendingArns = [this.#arnOf("identity", target.sender)];
      return;
    }
    const configurationSet = new ConfigurationSet(this, "Sending", {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    const identity = new EmailIdentity(this, "Sender", {
      identity: Identity.email(target.sender),
      configurationSet,
    });
    this.#sendingArns = [
      identity.emailIdentityArn,
      this.#arnOf("configuration-set", configurationSet.configurationSetName),
    ];
    this.#environment.SES_CONFIGURATION_SET = configurationSet.configurationSetName;
  }

  /** Lets `sender` send as the one address, on AWS through the one configuration set. */
  allow(sender: NodeFunction): void {
    for (const arn of this.#sendingArns) sender.allow(["ses:SendEmail"], arn);
    for (const [name, value] of Object.entries(this.#environment)) {
      sender.addEnvironment(name, value);
    }
  }

  #arnOf(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: "ses", resource, resourceName });
  }
}
