import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { closeList, list } from "../app-state.ts";
import { notices } from "../notices.ts";
import { endSession } from "../session.ts";
import { texts } from "../texts/current.ts";

/** Deleting unfinished uploads needs the session; signing out waits for it no longer than this. */
const PATIENCE_MILLISECONDS = 3000;

/**
 * Signing out cancels everything unsent, so it asks first. Nothing of this person stays in the
 * browser.
 */
export function Account({ email }: { email: string }) {
  const isAsking = useSignal(false);
  const question = useRef<HTMLParagraphElement>(null);
  const { account } = texts.value;
  const unsent = list.value?.unsent.value.length ?? 0;

  useLayoutEffect(() => {
    if (isAsking.value) question.current?.focus();
  }, [isAsking.value]);

  const signOut = async () => {
    const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS));
    await Promise.race([list.peek()?.forgetEverything(), patience]);
    closeList();
    notices.value = [];
    endSession();
  };

  if (isAsking.value && unsent > 0) {
    return (
      <div class="account is-asking">
        <p tabIndex={-1} ref={question}>
          {account.unsent(unsent)}
        </p>
        <button type="button" class="danger" onClick={signOut}>
          {account.signOutAndForget}
        </button>
        <button
          type="button"
          onClick={() => {
            isAsking.value = false;
          }}
        >
          {account.stay}
        </button>
      </div>
    );
  }
  return (
    <div class="account">
      <span class="account-email">{email}</span>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          if (unsent === 0) void signOut();
          else isAsking.value = true;
        }}
      >
        {account.signOut}
      </button>
    </div>
  );
}
