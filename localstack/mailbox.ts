import PostalMime from "postal-mime";
import { z } from "zod";

/** An email as an emulator keeps it instead of sending it. */
export interface Email {
  to: string[];
  subject: string;
  text: string;
  html: string;
}

const MiniStackMailbox = z.object({
  messages: z.record(
    z.string(),
    z.array(
      z.object({
        To: z.array(z.string()),
        Subject: z.string(),
        BodyText: z.string().nullish(),
        BodyHtml: z.string().nullish(),
      }),
    ),
  ),
});

const LocalStackMailbox = z.object({ messages: z.array(z.object({ RawData: z.string() })) });

/**
 * Returns all emails that the emulator accepted, oldest first.
 *
 * @throws if it isn't MiniStack or LocalStack.
 */
export async function readMailbox(endpoint: string): Promise<Email[]> {
  const ministack = await fetch(`${endpoint}/_ministack/ses/messages`);
  if (ministack.ok) {
    const { messages } = MiniStackMailbox.parse(await ministack.json());
    return Object.values(messages)
      .flat()
      .map((message) => ({
        to: message.To,
        subject: message.Subject,
        text: message.BodyText ?? "",
        html: message.BodyHtml ?? "",
      }));
  }
  // https://docs.localstack.cloud/aws/services/ses/
  const localstack = await fetch(`${endpoint}/_aws/ses`);
  if (!localstack.ok) throw new Error(`${endpoint} shows no emails: HTTP ${localstack.status}`);
  const { messages } = LocalStackMailbox.parse(await localstack.json());
  return Promise.all(
    messages.map(async ({ RawData }) => {
      const { to = [], subject = "", text = "", html = "" } = await PostalMime.parse(RawData);
      return { to: to.flatMap(({ address }) => address ?? []), subject, text, html };
    }),
  );
}
