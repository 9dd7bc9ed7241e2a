import { createHash } from "node:crypto";
import { LANGUAGES, type Language } from "../../contract/texts/languages.ts";
import { escapeMarkup } from "./html.ts";

/** The page's colours. No part of it may vary: {@link PAGE_STYLE_SOURCE} is its digest. */
const STYLE = [
  ":root{color-scheme:light dark;--paper:#faf8f5;--ink:#211c17;--accent:#ab421b;--on-accent:#fff}",
  "@media(prefers-color-scheme:dark){:root{--paper:#171412;--ink:#f3ede6;--accent:#ff9f73;--on-accent:#2b1206}}",
  "body{margin:0;padding:2rem 1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}",
  "main{max-width:34rem;margin:0 auto}",
  "h1{font-size:1.25rem}",
  "a,button{display:inline-block;border:0;font:inherit;padding:.75rem 1.25rem;border-radius:10px;background:var(--accent);color:var(--on-accent);font-weight:600;text-decoration:none}",
].join("");

/**
 * Permits this style under a content security policy:
 * https://www.w3.org/TR/CSP3/#grammardef-hash-source
 */
export const PAGE_STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src ${PAGE_STYLE_SOURCE}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
};

type Action =
  | { kind: "link"; label: string; url: string }
  /** A button that sends a POST to the page's own address. */
  | { kind: "post"; label: string };

/** Shows a short page to somebody who opened one of our links in a browser. */
export function showPage(
  status: number,
  {
    language,
    heading,
    text,
    action,
  }: { language: Language; heading: string; text: string; action: Action },
): { status: number; headers: Record<string, string>; text: string } {
  const label = escapeMarkup(action.label);
  const html = [
    `<!doctype html><html lang="${language}" dir="${LANGUAGES[language].direction}">`,
    '<head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>Tapedeck</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${escapeMarkup(heading)}</h1><p>${escapeMarkup(text)}</p>`,
    action.kind === "link"
      ? `<p><a href="${escapeMarkup(action.url)}">${label}</a></p>`
      : `<form method="post"><button>${label}</button></form>`,
    "</main></body></html>",
  ].join("");
  return { status, headers: HEADERS, text: html };
}
