/** What emails say besides the outcome of a job. Names come isolated, dates written out. */
export interface MailTexts {
  ready: { subject: (title: string) => string; heading: string };
  failed: {
    subject: (video: string) => string;
    heading: string;
    /** Whom to ask if it fails again, with the job's number. */
    help: (jobId: string) => string;
  };
  digest: {
    ready: (count: number) => string;
    failed: (count: number) => string;
    both: (ready: string, failed: string) => string;
    /** What to do where some are ready, and where none is. */
    whenReady: string;
    whenNone: string;
  };
  labels: { title: string; video: string; facts: string; note: string };
  /** A label and what stands beside it, in plain text. */
  line: (label: string, value: string) => string;
  actions: {
    download: string;
    openTapedeck: string;
    chooseStartAndEnd: string;
    uploadAgain: string;
    chooseAnotherFile: string;
  };
  /** Until when the link works and the MP3 is kept, where that is the same day. */
  keptWithLink: (day: string) => string;
  linkWorks: (day: string) => string;
  keptLonger: (day: string) => string;
  footer: string;
  stopEmails: string;
}
