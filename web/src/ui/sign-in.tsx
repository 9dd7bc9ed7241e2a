import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { signIn } from "../../../client/sign-in.ts";
import { heldFiles, list } from "../app-state.ts";
import { expiredEmail, startSession } from "../session.ts";
import { say, texts } from "../texts/current.ts";
import { describeSignInError } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";
import type { Transfer } from "../transfer/transfer.ts";
import { Introduction } from "./introduction.tsx";

export function SignIn({ apiUrl }: { apiUrl: string }) {
  const fault = useSignal<Text | undefined>(undefined);
  const isBusy = useSignal(false);
  const firstField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const known = expiredEmail.value;

  useEffect(() => {
    (known ? passwordField : firstField).current?.focus();
  }, [known]);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy.value) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const email = String(form.get("email")).trim();
    isBusy.value = true;
    fault.value = undefined;
    try {
      const { token, expiresIn } = await signIn(apiUrl, {
        email,
        password: String(form.get("password")),
      });
      startSession({ token, email, expiresAtMs: Date.now() + expiresIn * 1000 });
    } catch (error) {
      fault.value = describeSignInError(error);
      isBusy.value = false;
      passwordField.current?.select();
    }
  };

  const { signIn: words } = texts.value;
  const heldCount = heldFiles.value.length;
  const waiting = list.value?.transfers.value.filter(isOnItsWay).length ?? 0;
  const form = (
    <form class="card sign-in" onSubmit={submit} aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{known ? words.titleAgain : words.title}</h2>
      {known && (
        <p class="lead">
          {words.sessionEnded} {waiting === 0 ? words.nothingLost : words.uploadsGoOn(waiting)}
        </p>
      )}
      {heldCount > 0 && <p class="callout">{words.filesWait(heldCount)}</p>}
      <label class="field">
        {words.email}
        <input
          ref={firstField}
          name="email"
          type="email"
          autocomplete="username"
          defaultValue={known ?? ""}
          required
          aria-describedby={fault.value ? "sign-in-fault" : undefined}
        />
      </label>
      <label class="field">
        {words.password}
        <input
          ref={passwordField}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          aria-invalid={fault.value ? true : undefined}
          aria-describedby={fault.value ? "sign-in-fault" : undefined}
        />
      </label>
      <div role="alert">
        {fault.value && (
          <p class="fault" id="sign-in-fault">
            {say(fault.value)}
          </p>
        )}
      </div>
      <button type="submit" class="primary" aria-disabled={isBusy.value}>
        {isBusy.value ? words.busy : words.title}
      </button>
    </form>
  );
  return (
    <div class="welcome">
      <Introduction />
      {form}
    </div>
  );
}

const isOnItsWay = ({ state }: Transfer) => !["sent", "draft"].includes(state.value.phase.kind);
