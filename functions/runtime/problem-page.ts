import { createHash } from "node:crypto";
import type { Problem } from "../../contract/api.ts";
import { escapeMarkup } from "./html.ts";

/** The page's colours. No part of it may vary: {@link PROBLEM_PAGE_STYLE_SOURCE} is its digest. */
const STYLE = [
  ":root{color-scheme:light dark;--paper:#faf8f5;--ink:#211c17;--accent:#ab421b;--on-accent:#fff}",
  "@media(prefers-color-scheme:dark){:root{--paper:#171412;--ink:#f3ede6;--accent:#ff9f73;--on-accent:#2b1206}}",
  "body{margin:0;padding:2rem 1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}",
  "main{max-width:34rem;margin:0 auto}",
  "h1{font-size:1.25rem}",
  "a{display:inline-block;padding:.75rem 1.25rem;border-radius:10px;background:var(--accent);color:var(--on-accent);font-weight:600;text-decoration:none}",
].join("");

/**
 * Permits this style under a content security policy:
 * https://www.w3.org/TR/CSP3/#grammardef-hash-source
 */
export const PROBLEM_PAGE_STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;

export const PROBLEM_PAGE_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": `default-src 'none'; style-src ${PROBLEM_PAGE_STYLE_SOURCE}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
};

/** Shows a problem to a person who opened a link in a browser, with a link to the page. */
export const renderProblemPage = ({ status, detail }: Problem, pageUrl: string): string =>
  [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>Tapedeck</title><style>${STYLE}</style></head>`,
    `<body><main><h1>${status < 500 ? "This link doesn’t work" : "Tapedeck can’t answer right now"}</h1><p>${escapeMarkup(detail)}</p>`,
    `<p><a href="${escapeMarkup(pageUrl)}">Open Tapedeck</a></p></main></body></html>`,
  ].join("");
