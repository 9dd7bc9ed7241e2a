import { UnsubscribeQuery } from "../../contract/api.ts";
import { showPage } from "../runtime/html-page.ts";
import { parseInput, type Routes } from "../runtime/http.ts";
import type { Tokens } from "../runtime/tokens.ts";
import type { SettingsStore } from "../storage/settings.ts";

interface Deps {
  tokens: Tokens;
  settings: SettingsStore;
  pageUrl: string;
}

/**
 * The link at the end of every email. Opening it changes nothing, since programs open the links of
 * emails before people do. The page's button sends the POST, which mail programs may send
 * themselves (https://www.rfc-editor.org/rfc/rfc8058#section-3.1).
 */
export const createUnsubscribeRoutes = ({ tokens, settings, pageUrl }: Deps): Routes => ({
  "GET /unsubscribe": async (request) => {
    await tokens.verifyUnsubscribe(parseInput(UnsubscribeQuery, request.query).token);
    return showPage(200, {
      heading: "Stop all emails?",
      text: "You will get no more emails about your videos. Your MP3s stay on the page.",
      action: { kind: "post", label: "Stop all emails" },
    });
  },

  "POST /unsubscribe": async (request) => {
    const { token } = parseInput(UnsubscribeQuery, request.query);
    const { owner } = await tokens.verifyUnsubscribe(token);
    await settings.write(owner, { ...(await settings.read(owner)), emails: "none" });
    return showPage(200, {
      heading: "You get no more emails",
      text: "Your MP3s stay on the page, where you can turn emails on again.",
      action: { kind: "link", label: "Open Tapedeck", url: pageUrl },
    });
  },
});
