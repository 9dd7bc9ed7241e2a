/** The event that EventBridge delivers for a bounced email, with the fields that we read. */
export const bounceOf = (email: string, bounceType: "Permanent" | "Transient", time: string) => ({
  version: "0",
  source: "aws.ses",
  "detail-type": "Email Bounced",
  time,
  detail: {
    eventType: "Bounce",
    bounce: {
      bounceType,
      bounceSubType: "General",
      bouncedRecipients: [{ emailAddress: email, action: "failed", status: "5.1.1" }],
    },
    mail: { messageId: "0", tags: { "ses:configuration-set": ["Sending"] } },
  },
});
