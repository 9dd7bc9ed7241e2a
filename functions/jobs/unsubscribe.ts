import { UnsubscribeQuery } from "../../contract/api.ts";
import { showPage } from "../runtime/html-page.ts";
import { parseInput, type Routes } from "../runtime/http.ts";
import { findPageTexts } from "../runtime/page-texts.ts";
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
    const { language, texts } = findPageTexts(request);
    const { button, ...words } = texts.stopEmails;
    return showPage(200, { language, ...words, action: { kind: "post", label: button } });
  },

  "POST /unsubscribe": async (request) => {
    const { token } = parseInput(UnsubscribeQuery, request.query);
    const { owner } = await tokens.verifyUnsubscribe(token);
    await settings.change(owner, { emails: "none" });
    const { language, texts } = findPageTexts(request);
    return showPage(200, {
      language,
      ...texts.emailsStopped,
      action: { kind: "link", label: texts.openTapedeck, url: pageUrl },
    });
  },
});
