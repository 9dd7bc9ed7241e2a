import { effect, signal } from "@preact/signals";
import * as z from "zod/mini";

const STORAGE_KEY = "tapedeck:theme";

const Theme = z.enum(["system", "light", "dark"]);
export type Theme = z.infer<typeof Theme>;

export const theme = signal<Theme>(
  Theme.safeParse(localStorage.getItem(STORAGE_KEY)).data ?? "system",
);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
  if (theme.value === "system") localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, theme.value);
});
