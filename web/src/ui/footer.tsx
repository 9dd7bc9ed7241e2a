import type { ComponentChildren } from "preact";
import { type Theme, theme } from "../theme.ts";

const THEMES: readonly { value: Theme; label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function Footer({ children }: { children: ComponentChildren }) {
  return (
    <footer class="footer">
      <label class="theme">
        Theme
        <select
          value={theme.value}
          onChange={(event) => {
            theme.value = event.currentTarget.value as Theme;
          }}
        >
          {THEMES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {children}
    </footer>
  );
}
