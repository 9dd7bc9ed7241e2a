interface Words {
  heading: string;
  text: string;
}

/** The texts, in one language, of the pages that an email's links open. */
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
