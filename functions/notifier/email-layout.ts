import { LANGUAGES } from "../../contract/texts/languages.ts";
import { escapeMarkup } from "../runtime/html.ts";
import type { Mail } from "./mail.ts";

/** What an email says, in the order in which it is read. */
export interface EmailContent {
  subject: string;
  heading: string;
  lead?: string;
  rows: readonly (readonly [label: string, value: string])[];
  action: { label: string; url: string };
  closing: readonly string[];
  page: string;
  /** Where the emails can be stopped, without signing in. */
  unsubscribe: string;
}

/** Lays out an email as plain text. */
export function layOutText(
  { heading, lead, rows, action, closing, page, unsubscribe }: EmailContent,
  { texts, format }: Pick<Mail, "texts" | "format">,
): string {
  const { isolate } = format;
  return [
    heading,
    ...(lead ? [lead] : []),
    rows.map(([label, value]) => texts.line(isolate(label), isolate(value))).join("\n"),
    `${action.label}:\n${action.url}`,
    ...closing,
    `-- \n${texts.footer}\n${page}\n\n${texts.stopEmails}:\n${unsubscribe}`,
  ].join("\n\n");
}

/**
 * The page's colours. The light ones are also inline, for mail programs that drop style sheets.
 * Programs that keep style sheets and have a dark mode use the dark ones.
 */
const LIGHT = {
  paper: "background:#faf8f5;color:#211c17",
  card: "background:#ffffff;border:1px solid #e4ddd3",
  soft: "color:#655b50",
  link: "color:#8f3413",
  button: "background:#ab421b;color:#ffffff",
};
const DARK: Record<keyof typeof LIGHT, string> = {
  paper: "background:#171412;color:#f3ede6",
  card: "background:#221e1b;border-color:#3a342f",
  soft: "color:#b5aa9e",
  link: "color:#ff9f73",
  button: "background:#ff9f73;color:#2b1206",
};

const STYLE = [
  ":root{color-scheme:light dark;supported-color-schemes:light dark}",
  "@media(prefers-color-scheme:dark){",
  ...Object.entries(DARK).map(([name, rules]) => {
    const important = rules.split(";").map((rule) => `${rule}!important`);
    return `.${name}{${important.join(";")}}`;
  }),
  "}",
].join("");

const styled = (name: keyof typeof LIGHT, more = "") =>
  `class="${name}" style="${LIGHT[name]}${more && `;${more}`}"`;

/** Names have no spaces to break at, and some mail programs support only one of these two. */
const WRAP = "overflow-wrap:anywhere;word-break:break-word";

/** Lays out an email as HTML that fits the width of a phone and supports dark mode. */
export function layOutHtml(
  content: EmailContent,
  { language, texts }: Pick<Mail, "language" | "texts">,
): string {
  const { subject, heading, lead, rows, action, closing, page, unsubscribe } = content;
  const { direction } = LANGUAGES[language];
  const link = (url: string, text: string, name: "link" | "button", more = "") =>
    `<a href="${escapeMarkup(url)}" ${styled(name, more)}>${escapeMarkup(text)}</a>`;
  const paragraph = (text: string, more = "") =>
    `<p ${styled("soft", `margin:16px 0 0${more}`)}>${escapeMarkup(text)}</p>`;
  return [
    `<!doctype html><html lang="${language}" dir="${direction}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="supported-color-schemes" content="light dark">',
    `<title>${escapeMarkup(subject)}</title><style>${STYLE}</style></head>`,
    `<body ${styled("paper", "margin:0;padding:0")}>`,
    // Some mail programs drop the tags around the body.
    `<div lang="${language}" dir="${direction}" ${styled("paper", `font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;padding:24px 16px;${WRAP}`)}>`,
    '<div style="max-width:560px;margin:0 auto">',
    `<p style="margin:0 0 16px">${link(page, "Tapedeck", "link", "text-decoration:none;font-weight:700")}</p>`,
    `<div ${styled("card", "border-radius:14px;padding:20px")}>`,
    `<h1 style="margin:0;font-size:20px;line-height:1.3">${escapeMarkup(heading)}</h1>`,
    lead ? `<p style="margin:12px 0 0">${escapeMarkup(lead)}</p>` : "",
    ...rows.map(
      ([label, value]) =>
        `<p style="margin:12px 0 0"><span ${styled("soft", "font-size:14px")}><bdi>${escapeMarkup(label)}</bdi></span><br><bdi>${escapeMarkup(value)}</bdi></p>`,
    ),
    `<p style="margin:24px 0 0">${link(action.url, action.label, "button", "display:inline-block;padding:12px 20px;border-radius:10px;font-weight:600;text-decoration:none")}</p>`,
    ...closing.map((text) => paragraph(text)),
    "</div>",
    paragraph(texts.footer, ";font-size:14px"),
    `<p style="margin:8px 0 0;font-size:14px">${link(unsubscribe, texts.stopEmails, "link")}</p>`,
    "</div></div></body></html>",
  ].join("");
}
