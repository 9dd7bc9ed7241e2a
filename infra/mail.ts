import { Aws, CfnOutput, Stack } from "aws-cdk-lib";
import { EventBus, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
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
  readonly #configurationSet: ConfigurationSet | undefined;

  constructor(scope: Construct, id: string, { target }: { target: Target }) {
    super(scope, id);
    this.#environment = { SENDER_ADDRESS: target.sender };
    if (target.kind === "local") {
      // Emulators support neither of the two below. localstack/deploy.ts verifies the sender there.
      this.#sendingArns = [this.#arnOf("identity", target.sender)];
      return;
    }
    const configurationSet = new ConfigurationSet(this, "Sending", {
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    const { sender, senderIdentity } = target;
    const domain = sender.slice(sender.lastIndexOf("@") + 1);
    if (senderIdentity.kind === "existing") {
      this.#sendingArns = [this.#arnOf("identity", senderIdentity.name)];
    } else {
      const isDomain = senderIdentity.kind === "domain";
      const identity = new EmailIdentity(this, "Sender", {
        identity: isDomain ? Identity.domain(domain) : Identity.email(sender),
        configurationSet,
        ...(isDomain &&
          senderIdentity.mailFrom !== undefined && {
            mailFromDomain: `${senderIdentity.mailFrom}.${domain}`,
          }),
      });
      this.#sendingArns = [identity.emailIdentityArn];
      if (isDomain) this.#listDnsRecords(identity, domain, senderIdentity.mailFrom);
    }
    this.#sendingArns.push(this.#arnOf("configuration-set", configurationSet.configurationSetName));
    this.#configurationSet = configurationSet;
    this.#environment.SES_CONFIGURATION_SET = configurationSet.configurationSetName;
  }

  /** Lets `sender` send from the one address, and on AWS through the one configuration set. */
  allow(sender: NodeFunction): void {
    for (const arn of this.#sendingArns) sender.allow(["ses:SendRawEmail"], arn);
    for (const [name, value] of Object.entries(this.#environment)) {
      sender.addEnvironment(name, value);
    }
  }

  /**
   * Invokes `handler` for each email that bounces or is reported as spam. Emulators have no such
   * events. EventBridge's own bus takes them, without a topic or a queue that Lambda would have to
   * poll.
   * https://docs.aws.amazon.com/ses/latest/dg/event-publishing-add-event-destination-eventbridge.html
   */
  reportRefusalsTo(handler: NodeFunction): void {
    if (this.#configurationSet === undefined) return;
    this.#configurationSet.addEventDestination("Refusals", {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, "Bus", "default")),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
    });
    new Rule(this, "OnRefusal", {
      description: "Emails that bounced or were reported as spam",
      eventPattern: {
        source: ["aws.ses"],
        detail: {
          eventType: ["Bounce", "Complaint"],
          mail: {
            tags: { "ses:configuration-set": [this.#configurationSet.configurationSetName] },
          },
        },
      },
      targets: [new LambdaFunction(handler)],
    });
  }

  /** https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html, and /mail-from.html */
  #listDnsRecords(identity: EmailIdentity, domain: string, mailFrom: string | undefined): void {
    const records = identity.dkimRecords.map(({ name, value }) => `${name} CNAME ${value}`);
    if (mailFrom !== undefined) {
      records.push(
        `${mailFrom}.${domain} MX 10 feedback-smtp.${Aws.REGION}.amazonses.com`,
        `${mailFrom}.${domain} TXT "v=spf1 include:amazonses.com ~all"`,
      );
    }
    records.forEach((value, index) => {
      new CfnOutput(Stack.of(this), `SenderDnsRecord${index + 1}`, { value });
    });
  }

  #arnOf(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: "ses", resource, resourceName });
  }
}
