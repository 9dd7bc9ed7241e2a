import { type SESClient, SESServiceException, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { z } from "zod";
import type { Email } from "./email.ts";
import { writeMime } from "./mime.ts";

/** SES refuses this email's address or content, however often it is sent. */
export class EmailRefused extends Error {
  override readonly name = "EmailRefused";
}

/** https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html#API_SendRawEmail_Errors */
const REFUSALS = ["MessageRejected", "InvalidParameterValue"];

interface Settings {
  /** Called for each email. The clients may share only their connections. */
  createClient: () => SESClient;
  sender: string;
  configurationSet: string | undefined;
}

/**
 * Sends through SES, as a MIME message: `SendEmail` has no place for headers.
 *
 * Each email has a client of its own. When a client's serializer throws, it keeps the half-written
 * request and writes the next one after it, which would then go to both recipients
 * (docs/adr/0060-a-client-for-each-email.md).
 *
 * @throws EmailRefused if trying again can't help
 */
export const createSesSender =
  ({ createClient, sender, configurationSet }: Settings) =>
  async (to: string, email: Email): Promise<void> => {
    const ses = createClient();
    const message = await writeMime(sender, to, email);
    checkRequest(ses, to, message);
    const command = new SendRawEmailCommand({
      Source: sender,
      ConfigurationSetName: configurationSet,
      Destinations: [to],
      RawMessage: { Data: message },
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

/**
 * Reads the request as it will be sent, and refuses to send it to anyone but `to` or with another
 * message.
 */
function checkRequest(ses: SESClient, to: string, message: Uint8Array): void {
  const expected = Buffer.from(message).toString("base64");
  ses.middlewareStack.add(
    (next) => (args) => {
      const form = new URLSearchParams(SerializedRequest.parse(args.request).body);
      const recipients = [...form].filter(([name]) => name.startsWith("Destination"));
      const [recipient] = recipients;
      if (recipients.length !== 1 || recipient?.[1] !== to) {
        throw new Error("The email was not sent: its request doesn't have exactly one recipient.");
      }
      const messages = form.getAll("RawMessage.Data");
      if (messages.length !== 1 || messages[0] !== expected) {
        throw new Error("The email was not sent: its request holds another message.");
      }
      return next(args);
    },
    // This runs after serializing and signing, also for each retry.
    { step: "finalizeRequest", priority: "low", name: "checkRequest" },
  );
}
