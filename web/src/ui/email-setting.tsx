import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import type { Settings } from "../../../contract/settings.ts";
import { announce } from "../announce.ts";
import { say, texts } from "../texts/current.ts";
import { describeRequestError } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";
import { ChevronIcon } from "./icons.tsx";

type Emails = Settings["emails"];

const CHOICES = ["each", "digest", "failures", "none"] as const satisfies Emails[];

/** Sets which emails this user gets. Asks the API only once it is opened, which few visits need. */
export function EmailSetting({ api }: { api: ApiClient }) {
  const { emails, loading, tryAgain } = texts.value;
  const isOpen = useSignal(false);
  const shown = useSignal<Emails | undefined>(undefined);
  const saved = useRef<Emails | undefined>(undefined);
  const isBusy = useRef(false);
  const isSaved = useSignal(false);
  const fault = useSignal<Text | undefined>(undefined);
  // A request that outlives the session would go on as whoever signs in next.
  const abort = useMemo(() => new AbortController(), []);
  useEffect(() => () => abort.abort(), []);

  /** Runs one request at a time: of two that overlap, the earlier could arrive last. */
  const attempt = async (what: "notLoaded" | "notSaved", request: () => Promise<void>) => {
    if (isBusy.current) return;
    isBusy.current = true;
    fault.value = undefined;
    try {
      await request();
    } catch (error) {
      if (abort.signal.aborted) return;
      const reason = describeRequestError(error);
      fault.value = (texts) => `${texts.emails[what]} ${reason(texts)}`;
    } finally {
      isBusy.current = false;
      shown.value = saved.current;
    }
  };
  const load = () =>
    attempt("notLoaded", async () => {
      saved.current = (await api.readSettings(abort.signal)).emails;
    });
  const choose = (choice: Emails) => {
    shown.value = choice;
    isSaved.value = false;
    return attempt("notSaved", async () => {
      // Another choice may be made while this one is on its way.
      for (let next = shown.peek(); next && next !== saved.current; next = shown.peek()) {
        saved.current = (await api.saveSettings({ emails: next }, abort.signal)).emails;
      }
      isSaved.value = true;
      const { current } = saved;
      if (current) announce(({ emails }) => emails.savedAs(emails.choices[current]));
    });
  };

  return (
    <div class="email-setting">
      <button
        type="button"
        class="quiet summary"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
          if (isOpen.value && shown.value === undefined) void load();
        }}
      >
        <ChevronIcon />
        {emails.title}
      </button>
      {isOpen.value && shown.value !== undefined && (
        <fieldset>
          <legend class="visually-hidden">{emails.title}</legend>
          {CHOICES.map((value) => (
            <label key={value} class="radio">
              <input
                type="radio"
                name="emails"
                value={value}
                checked={shown.value === value}
                onChange={() => choose(value)}
              />
              {emails.choices[value]}
            </label>
          ))}
          {isSaved.value && <p>{emails.saved}</p>}
        </fieldset>
      )}
      {isOpen.value && shown.value === undefined && !fault.value && <p>{loading}</p>}
      <div role="alert">
        {isOpen.value && fault.value && <p class="fault">{say(fault.value)}</p>}
      </div>
      {isOpen.value && fault.value && shown.value === undefined && (
        <button type="button" onClick={load}>
          {tryAgain}
        </button>
      )}
    </div>
  );
}
