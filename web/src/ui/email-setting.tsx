import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import { NetworkError } from "../../../client/errors.ts";
import type { Settings } from "../../../contract/settings.ts";
import { announce } from "../announce.ts";
import { describeError } from "../text/sentences.ts";
import { ChevronIcon } from "./icons.tsx";

type Emails = Settings["emails"];

const CHOICES: readonly { value: Emails; label: string }[] = [
  { value: "each", label: "One for each video" },
  { value: "digest", label: "One for videos that finish close together" },
  { value: "failures", label: "Only when a video couldn’t be converted" },
  { value: "none", label: "None" },
];

/** Sets which emails this user gets. Asks the API only once it is opened, which few visits need. */
export function EmailSetting({ api }: { api: ApiClient }) {
  const isOpen = useSignal(false);
  const shown = useSignal<Emails | undefined>(undefined);
  const saved = useRef<Emails | undefined>(undefined);
  const isBusy = useRef(false);
  const isSaved = useSignal(false);
  const fault = useSignal<string | undefined>(undefined);
  // A request that outlives the session would go on as whoever signs in next.
  const abort = useMemo(() => new AbortController(), []);
  useEffect(() => () => abort.abort(), []);

  /** Runs one request at a time: of two that overlap, the earlier could arrive last. */
  const attempt = async (what: string, request: () => Promise<void>) => {
    if (isBusy.current) return;
    isBusy.current = true;
    fault.value = undefined;
    try {
      await request();
    } catch (error) {
      if (!abort.signal.aborted) fault.value = `${what} ${explain(error)}`;
    } finally {
      isBusy.current = false;
      shown.value = saved.current;
    }
  };
  const load = () =>
    attempt("Your choice couldn’t be loaded.", async () => {
      saved.current = (await api.readSettings(abort.signal)).emails;
    });
  const choose = (emails: Emails) => {
    shown.value = emails;
    isSaved.value = false;
    return attempt("Your choice wasn’t saved.", async () => {
      // Another choice may be made while this one is on its way.
      for (let next = shown.peek(); next && next !== saved.current; next = shown.peek()) {
        saved.current = (await api.saveSettings({ emails: next }, abort.signal)).emails;
      }
      isSaved.value = true;
      const { label } = CHOICES.find(({ value }) => value === saved.current) ?? {};
      announce(`Saved. Emails: ${label}.`);
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
        Which emails
      </button>
      {isOpen.value && shown.value !== undefined && (
        <fieldset>
          <legend class="visually-hidden">Which emails</legend>
          {CHOICES.map(({ value, label }) => (
            <label key={value} class="radio">
              <input
                type="radio"
                name="emails"
                value={value}
                checked={shown.value === value}
                onChange={() => choose(value)}
              />
              {label}
            </label>
          ))}
          {isSaved.value && <p>Saved</p>}
        </fieldset>
      )}
      {isOpen.value && shown.value === undefined && !fault.value && <p>Loading…</p>}
      <div role="alert">{isOpen.value && fault.value && <p class="fault">{fault.value}</p>}</div>
      {isOpen.value && fault.value && shown.value === undefined && (
        <button type="button" onClick={load}>
          Try again
        </button>
      )}
    </div>
  );
}

const explain = (error: unknown) =>
  error instanceof NetworkError
    ? "The service can’t be reached. Check your network, then try again."
    : describeError(error);
