import type { StageSettings } from "../stage.ts";

/** `npm run deploy` deploys this. Every other setting and its default is in example.ts. */
export default {
  sender: "",
  alarmEmail: "",
} satisfies StageSettings;
