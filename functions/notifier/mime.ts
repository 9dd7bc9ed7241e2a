import MailComposer from "nodemailer/lib/mail-composer/index.js";
import type { Email } from "./email.ts";

/**
 * Writes an email as a MIME message: text and HTML as alternatives, and the headers by which mail
 * programs offer to unsubscribe with one click.
 *
 * https://www.rfc-editor.org/rfc/rfc8058#section-3.1
 *
 * @throws Error if `to` isn't exactly one address
 */
export async function writeMime(from: string, to: string, email: Email): Promise<Uint8Array> {
  const { subject, text, html, unsubscribe } = email;
  const message = new MailComposer({
    from: { name: "Tapedeck", address: from },
    // As an object, so that a comma in it can't make it two.
    to: { name: "", address: to },
    subject: subject.toWellFormed(),
    text: text.toWellFormed(),
    html: html.toWellFormed(),
    headers: {
      "List-Unsubscribe": { prepared: true, foldLines: true, value: `<${unsubscribe}>` },
      "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      // Keeps automatic replies away (https://www.rfc-editor.org/rfc/rfc3834#section-5).
      "Auto-Submitted": "auto-generated",
    },
    // No part of the text may be read as a path or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const recipients = message.getEnvelope().to;
  if (recipients.length !== 1) {
    throw new Error("The email was not sent: its recipient isn't one email address.");
  }
  return message.build();
}
