import { effect, signal } from "@preact/signals";
import type { ApiClient } from "../../client/api-client.ts";
import { session } from "./session.ts";
import { TransferList } from "./transfer/transfer-list.ts";

/** The list of the user who is signed in, or was until the session expired. */
export const list = signal<TransferList | undefined>(undefined);

/** Files that came while nobody was signed in; they join the list then. */
export const heldFiles = signal<readonly File[]>([]);

/** Adds files to the list, or holds them until somebody is signed in. */
export async function addFiles(files: readonly File[], leftOut: readonly string[] = []) {
  const current = session.peek() && list.peek();
  if (current) await current.add(files, leftOut);
  else heldFiles.value = [...heldFiles.peek(), ...files];
}

/** Keeps the list through an expired session of the same person, and drops it for another. */
export function bindListToSession(api: ApiClient) {
  effect(() => {
    const email = session.value?.email;
    if (email === undefined) return;
    const current = list.peek();
    if (current?.email === email) return void addHeldFiles();
    current?.suspend();
    const next = new TransferList(api, email);
    list.value = next;
    void next.restore();
    void addHeldFiles();
  });
}

export function closeList() {
  list.peek()?.suspend();
  list.value = undefined;
}

async function addHeldFiles() {
  const files = heldFiles.peek();
  if (files.length === 0) return;
  heldFiles.value = [];
  await list.peek()?.add(files);
}
