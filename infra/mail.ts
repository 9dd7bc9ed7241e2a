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
  readonly #identity: EmailIdentity;
  readonly #configurationSet: ConfigurationSet;
  readonly #senderAddress: string;

  constructor(scope: Construct, id: string, { target }: { target: Target }) {
    super(scope, id);
    this.#senderAddress = target.sender;
    this.#configurationSet = new ConfigurationSet(this, "Sending", {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    this.#identity = new EmailIdentity(this, "Sender", {
      identity: Identity.email(target.sender),
      configurationSet: this.#configurationSet,
    });
  }

  /** Lets `sender` send as the one address, through the one configuration set. */
  allow(sender: NodeFunction): void {
    const configurationSetArn = Stack.of(this).formatArn({
      service: "ses",
      resource: "configuration-set",
      resourceName: this.#configurationSet.configurationSetName,
    });
    for (const arn of [this.#identity.emailIdentityArn, configurationSetArn]) {
      sender.allow(["ses:SendEmail"], arn);
    }
    sender.addEnvironment("SENDER_ADDRESS", this.#senderAddress);
    sender.addEnvironment("SES_CONFIGURATION_SET", this.#configurationSet.configurationSetName);
  }
}
