import type { ComponentChildren } from "preact";
import { LANGUAGES, type Language } from "../../../contract/texts/languages.ts";
import { type Choice, chooseLanguage, languageChoice, texts } from "../texts/current.ts";
import { type Theme, theme } from "../theme.ts";
import { GlobeIcon } from "./icons.tsx";

const THEMES = ["system", "light", "dark"] as const satisfies Theme[];

export function Footer({ children }: { children: ComponentChildren }) {
  const { footer } = texts.value;
  return (
    <footer class="footer">
      <div class="footer-choices">
        <label class="choose">
          {footer.theme}
          <select
            value={theme.value}
            onChange={(event) => {
              theme.value = event.currentTarget.value as Theme;
            }}
          >
            {THEMES.map((value) => (
              <option key={value} value={value}>
                {footer.themes[value]}
              </option>
            ))}
          </select>
        </label>
        <label class="choose">
          <GlobeIcon />
          {footer.language}
          <select
            value={languageChoice.value}
            onChange={(event) => chooseLanguage(event.currentTarget.value as Choice)}
          >
            <option value="browser">{footer.browserLanguage}</option>
            {(Object.keys(LANGUAGES) as Language[]).map((language) => (
              <option key={language} value={language} lang={language}>
                {LANGUAGES[language].name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {children}
    </footer>
  );
}
