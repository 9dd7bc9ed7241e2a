import { effect, signal } from "@preact/signals";
import type { ApiClient } from "../../client/api-client.ts";
import { session } from "./session.ts";
import { TransferList } from "./transfer/transfer-list.ts";

/** The list of the user who is signed in, or was until the session expired. */
export const list = signal<TransferList | undefined>(undefined);

/** Keeps the list through an expired session of the same person, and drops it for another. */
export function bindListToSession(api: ApiClient) {
  effect(() => {
    const email = session.value?.email;
    const current = list.peek();
    if (email === undefined || current?.email === email) return;
    current?.suspend();
    const next = new TransferList(api, email);
    list.value = next;
    void next.restore();
  });
}

export function closeList() {
  list.peek()?.suspend();
  list.value = undefined;
}
