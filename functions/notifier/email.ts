import type { FailureCode } from "../../contract/conversion.ts";
import { formatDuration, formatSize } from "../../contract/format.ts";
import { type JobResult, TITLE_LIMITS } from "../../contract/job.ts";
import { describeFailure, describeIncomplete, NOTE_SENTENCES } from "../../contract/sentences.ts";
import { shortenText, toDisplayText } from "../../contract/text.ts";
import type { Job } from "../storage/job.ts";
import { type EmailContent, layOutHtml, layOutText } from "./email-layout.ts";

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
export function composeEmail(job: Job, links: EmailLinks): Email {
  return layOut(describe(job, links));
}

/** Writes one email about several jobs that are completed or failed. */
export function composeDigest(
  jobs: readonly Job[],
  { page, unsubscribe }: Pick<EmailLinks, "page" | "unsubscribe">,
): Email {
  const ready = jobs.filter(({ result }) => result);
  const failed = jobs.filter(({ failure }) => failure);
  const heading = [
    ...(ready.length > 0 ? [`${count(ready, "MP3")} ready`] : []),
    ...(failed.length > 0 ? [`${count(failed, "video")} could not be converted`] : []),
  ].join(", ");
  return layOut({
    subject: heading,
    heading,
    rows: [...ready, ...failed].map(({ fileName, result, failure }) => [
      toDisplayText(fileName),
      result
        ? `${formatDuration(result.durationSeconds)}, ${formatSize(result.sizeBytes)}`
        : describeFailure(failure ?? { code: "internal" }),
    ]),
    action: { label: "Open Tapedeck", url: page },
    closing: ["Sign in to play and download the MP3s."],
    footer: FOOTER,
    page,
    unsubscribe,
  });
}

const count = (jobs: readonly Job[], noun: string) =>
  `${jobs.length} ${noun}${jobs.length === 1 ? "" : "s"}`;

const layOut = (content: EmailContent): Email => ({
  subject: toHeaderText(content.subject),
  text: layOutText(content),
  html: layOutHtml(content),
  unsubscribe: content.unsubscribe,
});

const FOOTER = "Tapedeck turns videos into MP3s. You get this email because you uploaded a video.";

function describe(job: Job, links: EmailLinks): EmailContent {
  const { result, failure } = job;
  const { page, unsubscribe } = links;
  const fileName = toDisplayText(job.fileName);
  if (result) {
    const title = shortenText(toDisplayText(result.title), TITLE_LIMITS);
    const facts = `${formatDuration(result.durationSeconds)}, ${formatSize(result.sizeBytes)}`;
    return {
      subject: `Your MP3 is ready: ${title}`,
      heading: "Your MP3 is ready",
      rows: [
        ["Title", title],
        ["Video", fileName],
        ["Length and size", facts],
        ...listNotes(result).map((note): [string, string] => ["Please note", note]),
      ],
      action: { label: "Download the MP3", url: links.download },
      closing: describeEnds(links),
      footer: FOOTER,
      page,
      unsubscribe,
    };
  }
  if (failure) {
    return {
      subject: `Your video could not be converted: ${fileName}`,
      heading: "Your video could not be converted",
      lead: describeFailure(failure),
      rows: [["Video", fileName]],
      action: { label: nameRemedy(failure.code), url: page },
      closing: [
        `If it fails again, send whoever runs this service the job's number, ${job.jobId}. It lets them find out why.`,
      ],
      footer: FOOTER,
      page,
      unsubscribe,
    };
  }
  throw new Error(`A job in state ${job.state} has no outcome to write about.`);
}

/** What the user should know about the MP3, in sentences. */
const listNotes = ({ incomplete, notes = [] }: JobResult): string[] => [
  ...(incomplete ? [describeIncomplete(incomplete)] : []),
  ...notes.map(({ code }) => NOTE_SENTENCES[code]),
];

/** Says how long the link works and how long the MP3 is kept, which are two different times. */
function describeEnds({ downloadEndsAt, keptUntil }: EmailLinks): string[] {
  const kept = formatDate(keptUntil);
  if (downloadEndsAt >= keptUntil) {
    return [
      `The MP3 is kept until ${kept}. Until then the link works without signing in, for anyone who has it.`,
    ];
  }
  return [
    `The link works until ${formatDate(downloadEndsAt)} without signing in, for anyone who has it.`,
    `The MP3 itself is kept until ${kept}: sign in to Tapedeck to download it after the link has expired.`,
  ];
}

/** What to do about a failure, in the words of a button. */
function nameRemedy(code: FailureCode): string {
  switch (code) {
    case "empty-selection":
    case "too-long":
      return "Choose a start and an end";
    case "no-such-track":
    case "source-gone":
    case "internal":
      return "Upload it again";
    default:
      return "Choose another file";
  }
}

const dates = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const formatDate = (date: Date) => dates.format(date);

const toHeaderText = (text: string) =>
  shortenText(toDisplayText(text), { maxGraphemes: 150, maxBytes: 600 });
