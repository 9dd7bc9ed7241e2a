import { type SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import type { Email } from "./email.ts";

/** Sends through SES as multipart/alternative, text and HTML. */
export const createSesSender =
  (ses: SESClient, sender: string, configurationSet: string | undefined) =>
  async (to: string, { subject, text, html }: Email): Promise<void> => {
    const content = (Data: string) => ({ Data, Charset: "UTF-8" });
    await ses.send(
      new SendEmailCommand({
        Source: sender,
        ConfigurationSetName: configurationSet,
        Destination: { ToAddresses: [to] },
        Message: {
          Subject: content(subject),
          Body: { Text: content(text), Html: content(html) },
        },
      }),
    );
  };
