import { toDisplayText } from "../../contract/text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Makes any text safe in HTML or XML, as content and as an attribute's value in quotes. */
export const escapeMarkup = (text: string) =>
  toDisplayText(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
