interface Words {
  heading: string;
  text: string;
}

/** What the pages say that the links of emails open, in one language. */
export interface PageTexts {
  openTapedeck: string;
  linkFails: string;
  /** Why the link doesn't work, by the code of the refusal. */
  refusals: Readonly<
    Record<"expired-link" | "invalid-link" | "expired" | "job-not-found" | "not-ready", string>
  >;
  /** For every other code. */
  otherRefusal: string;
  outage: Words;
  stopEmails: Words & { button: string };
  emailsStopped: Words;
}
