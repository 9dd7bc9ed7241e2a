import type { FailureCode } from "../../contract/conversion.ts";
import { formatDuration } from "../../contract/format.ts";
import { type JobResult, TITLE_LIMITS } from "../../contract/job.ts";
import { shortenText, toDisplayText } from "../../contract/text.ts";
import type { Language } from "../../contract/texts/languages.ts";
import { describeFailure, describeIncomplete } from "../../contract/texts/outcomes.ts";
import type { Job } from "../storage/job.ts";
import { type EmailContent, layOutHtml, layOutText } from "./email-layout.ts";
import { createMail, type Mail } from "./mail.ts";
import type { MailTexts } from "./texts/text.ts";

export interface Email {
  subject: string;
  text: string;
  html: string;
  /** Where the emails can be stopped by a POST, without signing in. */
  unsubscribe: string;
}

export interface EmailLinks {
  /** Opens the MP3 without signing in, until `downloadEndsAt`. */
  download: string;
  downloadEndsAt: Date;
  /** When the MP3 is deleted. */
  keptUntil: Date;
  /** Where the user's jobs are and another video can be chosen. */
  page: string;
  /** Where the emails can be stopped, without signing in. */
  unsubscribe: string;
}

/**
 * Writes the email about a job that is completed or failed.
 *
 * @throws Error for a job in any other state
 */
export function composeEmail(job: Job, links: EmailLinks, language: Language): Email {
  const mail = createMail(language);
  return layOut(describe(job, links, mail), mail);
}

/** Writes one email about several jobs that are completed or failed. */
export function composeDigest(
  jobs: readonly Job[],
  { page, unsubscribe }: Pick<EmailLinks, "page" | "unsubscribe">,
  language: Language,
): Email {
  const mail = createMail(language);
  const { digest, actions } = mail.texts;
  const ready = jobs.filter(({ result }) => result);
  const failed = jobs.filter(({ failure }) => failure);
  const readyCount = digest.ready(ready.length);
  const failedCount = digest.failed(failed.length);
  const someFailed = ready.length > 0 ? digest.both(readyCount, failedCount) : failedCount;
  const heading = failed.length > 0 ? someFailed : readyCount;
  const content = {
    subject: heading,
    heading,
    rows: [...ready, ...failed].map(({ fileName, result, failure }): [string, string] => [
      toDisplayText(fileName),
      result
        ? writeFacts(result, mail)
        : describeFailure(failure ?? { code: "internal" }, mail.outcomes),
    ]),
    action: { label: actions.openTapedeck, url: page },
    closing: [ready.length > 0 ? digest.whenReady : digest.whenNone],
    page,
    unsubscribe,
  };
  return layOut(content, mail);
}

const layOut = (content: EmailContent, mail: Mail): Email => ({
  subject: content.subject,
  text: layOutText(content, mail),
  html: layOutHtml(content, mail),
  unsubscribe: content.unsubscribe,
});

function describe(job: Job, links: EmailLinks, mail: Mail): EmailContent {
  const { result, failure } = job;
  const { page, unsubscribe } = links;
  const { texts, outcomes } = mail;
  const fileName = toDisplayText(job.fileName);
  if (result) {
    const title = shortenText(toDisplayText(result.title), TITLE_LIMITS);
    return {
      subject: texts.ready.subject(nameInSubject(title, mail)),
      heading: texts.ready.heading,
      rows: [
        [texts.labels.title, title],
        [texts.labels.video, fileName],
        [texts.labels.facts, writeFacts(result, mail)],
        ...listNotes(result, mail).map((note): [string, string] => [texts.labels.note, note]),
      ],
      action: { label: texts.actions.download, url: links.download },
      closing: describeEnds(links, mail),
      page,
      unsubscribe,
    };
  }
  if (failure) {
    return {
      subject: texts.failed.subject(nameInSubject(fileName, mail)),
      heading: texts.failed.heading,
      lead: describeFailure(failure, outcomes),
      rows: [[texts.labels.video, fileName]],
      action: { label: texts.actions[findRemedy(failure.code)], url: page },
      closing: [texts.failed.help(job.jobId)],
      page,
      unsubscribe,
    };
  }
  throw new Error(`A job in state ${job.state} has no outcome to write about.`);
}

const writeFacts = ({ durationSeconds, sizeBytes }: JobResult, { format }: Mail): string =>
  format.facts([formatDuration(durationSeconds), format.size(sizeBytes)]);

/** What the user should know about the MP3, in sentences. */
const listNotes = ({ incomplete, notes = [] }: JobResult, { outcomes, format }: Mail): string[] => [
  ...(incomplete ? [describeIncomplete(incomplete, outcomes, format)] : []),
  ...notes.map(({ code }) => outcomes.notes[code]),
];

/** Says how long the link works and how long the MP3 is kept, which are two different times. */
function describeEnds({ downloadEndsAt, keptUntil }: EmailLinks, mail: Mail): string[] {
  const { texts, writeDate } = mail;
  if (downloadEndsAt >= keptUntil) return [texts.keptWithLink(writeDate(keptUntil))];
  return [texts.linkWorks(writeDate(downloadEndsAt)), texts.keptLonger(writeDate(keptUntil))];
}

/** What to do about a failure. */
function findRemedy(code: FailureCode): keyof MailTexts["actions"] {
  switch (code) {
    case "empty-selection":
    case "too-long":
      return "chooseStartAndEnd";
    case "no-such-track":
    case "not-a-pair":
    case "source-deleted":
    case "internal":
      return "uploadAgain";
    default:
      return "chooseAnotherFile";
  }
}

const nameInSubject = (name: string, { format }: Mail) =>
  format.isolate(shortenText(name, { maxGraphemes: 120, maxBytes: 480 }));
