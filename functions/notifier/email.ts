import { describeIncomplete, FAILURE_SENTENCES } from "../../contract/conversion.ts";
import { formatDuration } from "../../contract/format.ts";
import { TITLE_LIMITS } from "../../contract/job.ts";
import { shortenText, toDisplayText } from "../../contract/text.ts";
import type { Job } from "../storage/job.ts";

export interface Email {
  subject: string;
  text: string;
  html: string;
}

/**
 * Writes the email about a job that is completed or failed.
 *
 * @param links.download opens the MP3 without signing in, for `downloadDays`.
 * @param links.page is where another video can be chosen.
 * @throws Error for a job in any other state
 */
export function composeEmail(
  job: Job,
  links: { download: string; downloadDays: number; page?: string | undefined },
): Email {
  const { result, failure } = job;
  const fileName = toDisplayText(job.fileName);
  if (result) {
    const title = shortenText(toDisplayText(result.title), TITLE_LIMITS);
    const facts = `${formatDuration(result.durationSeconds)}, ${formatSize(result.sizeBytes)}`;
    return layOut({
      subject: `Your MP3 is ready: ${title}`,
      lead: "Your MP3 is ready.",
      rows: [
        ["Title", title],
        ["Video", fileName],
        ["Length and size", facts],
        ...(result.incomplete
          ? [["Please note", describeIncomplete(result.incomplete)] satisfies [string, string]]
          : []),
      ],
      action: { label: "Download the MP3", url: links.download },
      closing: `The link works for ${countDays(links.downloadDays)}, without signing in. Anyone who has the link can use it.`,
    });
  }
  if (failure) {
    return layOut({
      subject: `Your video could not be converted: ${fileName}`,
      lead: FAILURE_SENTENCES[failure.code],
      rows: [["Video", fileName]],
      ...(links.page ? { action: { label: "Choose another video", url: links.page } } : {}),
      closing: "You don't need to do anything about this job; it is closed.",
    });
  }
  throw new Error(`A job in state ${job.state} has no outcome to write about.`);
}

interface Content {
  subject: string;
  lead: string;
  rows: [label: string, value: string][];
  action?: { label: string; url: string };
  closing: string;
}

function layOut({ subject, lead, rows, action, closing }: Content): Email {
  const text = [
    lead,
    rows.map(([label, value]) => `${label}: ${value}`).join("\n"),
    ...(action ? [`${action.label}:\n${action.url}`] : []),
    closing,
  ].join("\n\n");
  const cells = rows.map(
    ([label, value]) =>
      `<tr><th align="left" style="padding:2px 16px 2px 0;font-weight:normal;color:#555">${escapeHtml(label)}</th><td><bdi>${escapeHtml(value)}</bdi></td></tr>`,
  );
  const button =
    action &&
    `<p><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:12px 20px;background:#1d4ed8;color:#fff;text-decoration:none;border-radius:6px">${escapeHtml(action.label)}</a></p>`;
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    `<title>${escapeHtml(subject)}</title></head>`,
    '<body style="font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:560px;margin:24px auto">',
    `<p>${escapeHtml(lead)}</p><table>${cells.join("")}</table>`,
    button ?? "",
    `<p style="color:#555">${escapeHtml(closing)}</p></body></html>`,
  ].join("");
  return { subject: toHeaderText(subject), text, html };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

const toHeaderText = (text: string) =>
  shortenText(toDisplayText(text), { maxGraphemes: 150, maxBytes: 600 });

const countDays = (days: number) => (days === 1 ? "1 day" : `${days} days`);

/** In decimal units, as file managers and S3's bill count. */
function formatSize(sizeBytes: number): string {
  if (sizeBytes < 1000) return `${sizeBytes} bytes`;
  if (sizeBytes < 1_000_000) return `${Math.round(sizeBytes / 1000)} kB`;
  if (sizeBytes < 1_000_000_000) return `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
  return `${(sizeBytes / 1_000_000_000).toFixed(2)} GB`;
}
