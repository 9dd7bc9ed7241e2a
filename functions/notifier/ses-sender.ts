import { type SESClient, SESServiceException, SendEmailCommand } from "@aws-sdk/client-ses";
import { z } from "zod";
import type { Email } from "./email.ts";

/** SES refuses this email's address or content, however often it is sent. */
export class EmailRefused extends Error {
  override readonly name = "EmailRefused";
}

/** https://docs.aws.amazon.com/ses/latest/APIReference/API_SendEmail.html#API_SendEmail_Errors */
const REFUSALS = ["MessageRejected", "InvalidParameterValue"];

interface Settings {
  /** Called for each email. The clients may share their connections, and nothing else. */
  createClient: () => SESClient;
  sender: string;
  configurationSet: string | undefined;
}

/**
 * Sends through SES as multipart/alternative, text and HTML.
 *
 * Each email has a client of its own. When a client's serializer throws, it keeps the half-written
 * request and writes the next one after it, which would then go to both recipients
 * (docs/adr/0060-a-client-for-each-email.md).
 *
 * @throws EmailRefused if trying again can't help
 */
export const createSesSender =
  ({ createClient, sender, configurationSet }: Settings) =>
  async (to: string, { subject, text, html }: Email): Promise<void> => {
    const ses = createClient();
    checkRecipient(ses, to);
    const content = (text: string) => ({ Data: text.toWellFormed(), Charset: "UTF-8" });
    const command = new SendEmailCommand({
      Source: sender,
      ConfigurationSetName: configurationSet,
      Destination: { ToAddresses: [to] },
      Message: {
        Subject: content(subject),
        Body: { Text: content(text), Html: content(html) },
      },
    });
    try {
      await ses.send(command);
    } catch (error) {
      if (error instanceof SESServiceException && REFUSALS.includes(error.name)) {
        throw new EmailRefused(`SES refused the email: ${error.name}`, { cause: error });
      }
      throw error;
    }
  };

const SerializedRequest = z.object({ body: z.string() });

/** Reads the request as it will be sent, and refuses to send it to anyone but `to`. */
function checkRecipient(ses: SESClient, to: string): void {
  ses.middlewareStack.add(
    (next) => (args) => {
      const { body } = SerializedRequest.parse(args.request);
      const recipients = [...new URLSearchParams(body)].filter(([name]) =>
        name.startsWith("Destination."),
      );
      const [recipient] = recipients;
      if (recipients.length !== 1 || recipient?.[1] !== to) {
        throw new Error("The email was not sent: its request doesn't have exactly one recipient.");
      }
      return next(args);
    },
    // This runs after serializing and signing, also for each retry.
    { step: "finalizeRequest", priority: "low", name: "checkRecipient" },
  );
}
