import { z } from "zod";
import type { UserDirectory } from "../database/user-directory.ts";
import { logger } from "../runtime/observability.ts";

const Recipient = z.object({ emailAddress: z.string() });

/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html */
const Refusal = z.discriminatedUnion("eventType", [
  z
    .object({
      eventType: z.literal("Bounce"),
      bounce: z.object({ bounceType: z.string(), bouncedRecipients: z.array(Recipient) }),
    })
    .transform(({ bounce }) => ({
      by: "bounce" as const,
      // A full mailbox, or a server that is down, may accept the next email.
      recipients: bounce.bounceType === "Permanent" ? bounce.bouncedRecipients : [],
    })),
  z
    .object({
      eventType: z.literal("Complaint"),
      complaint: z.object({ complainedRecipients: z.array(Recipient) }),
    })
    .transform(({ complaint }) => ({
      by: "complaint" as const,
      recipients: complaint.complainedRecipients,
    })),
]);

/** An event of SES as EventBridge delivers it. */
const Event = z.object({
  time: z.iso.datetime().transform((time) => new Date(time)),
  detail: Refusal,
});

/** Marks users whose addresses refuse emails, for the list of users. Has no route. */
export const createHandler =
  ({ users }: { users: Pick<UserDirectory, "markEmailsRefused"> }) =>
  async (event: unknown): Promise<void> => {
    const { time, detail } = Event.parse(event);
    for (const { emailAddress } of detail.recipients) {
      const user = await users.markEmailsRefused(emailAddress, detail.by, time);
      logger.info("email refused", { by: detail.by, userId: user?.id });
    }
  };
