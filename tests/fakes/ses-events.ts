/** What EventBridge delivers of an email that came back, as far as we read it. */
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
