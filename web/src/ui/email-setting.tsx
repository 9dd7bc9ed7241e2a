import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { ApiClient } from "../../../client/api-client.ts";
import type { Settings } from "../../../contract/settings.ts";
import { announce } from "../announce.ts";
import { texts } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import { AccountSetting } from "./account-setting.tsx";
import { useRequest } from "./use-request.ts";

type Emails = Settings["emails"];

const CHOICES = ["each", "digest", "failures", "none"] as const satisfies Emails[];

/** Sets which emails this user gets. */
export function EmailSetting({ api }: { api: ApiClient }) {
  const { emails } = texts.value;
  const shown = useSignal<Emails | undefined>(undefined);
  const saved = useRef<Emails | undefined>(undefined);
  const isSaved = useSignal(false);
  const { fault, attempt } = useRequest();

  const request = async (failed: Text, send: (signal: AbortSignal) => Promise<void>) => {
    if (await attempt(failed, send)) shown.value = saved.current;
  };
  const load = () =>
    request(
      ({ emails }) => emails.notLoaded,
      async (signal) => {
        saved.current = (await api.readSettings(signal)).emails;
      },
    );
  const choose = (choice: Emails) => {
    shown.value = choice;
    isSaved.value = false;
    return request(
      ({ emails }) => emails.notSaved,
      async (signal) => {
        // Another choice may be made while this one is on its way.
        for (let next = shown.peek(); next && next !== saved.current; next = shown.peek()) {
          saved.current = (await api.changeSettings({ emails: next }, signal)).emails;
        }
        isSaved.value = true;
        const { current } = saved;
        if (current) announce(({ emails }) => emails.savedAs(emails.choices[current]));
      },
    );
  };

  return (
    <AccountSetting
      title={emails.title}
      isLoaded={shown.value !== undefined}
      load={load}
      fault={fault.value}
    >
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
    </AccountSetting>
  );
}
