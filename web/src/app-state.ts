import { effect, signal } from "@preact/signals";
import type { ApiClient } from "../../client/api-client.ts";
import { session } from "./session.ts";
import type { Text } from "./texts/text.ts";
import type { TransferList } from "./transfer/transfer-list.ts";

/** The list of the user who is signed in, or was until the session expired. */
export const list = signal<TransferList | undefined>(undefined);

type WorkspaceCode = typeof import("./workspace.tsx");

/**
 * The code for what a signed-in user sees; undefined while it loads, "missing" if it couldn't be
 * fetched.
 */
export const workspace = signal<WorkspaceCode | "missing" | undefined>(undefined);

/** Files added while nobody was signed in. They join the list after the sign-in. */
export const heldFiles = signal<readonly File[]>([]);

/** Adds files to the list, or holds them until somebody is signed in. */
export async function addFiles(files: readonly File[], leftOut: readonly Text[] = []) {
  const current = session.peek() && list.peek();
  if (current) await current.add(files, leftOut);
  else heldFiles.value = [...heldFiles.peek(), ...files];
}

/** Keeps the list through an expired session of the same person, and drops it for another. */
export function bindListToSession(api: ApiClient) {
  // Fetched while somebody types the password.
  const code = import("./workspace.tsx");
  code.catch(() => {
    workspace.value = "missing";
  });
  effect(() => {
    const email = session.value?.email;
    if (email === undefined) return;
    void code.then((loaded) => openList(api, email, loaded));
  });
}

function openList(api: ApiClient, email: string, code: WorkspaceCode) {
  workspace.value = code;
  if (session.peek()?.email !== email) return;
  if (list.peek()?.email !== email) {
    closeList();
    list.value = new code.TransferList(api, email);
    void list.value.restore();
  }
  const files = heldFiles.peek();
  heldFiles.value = [];
  if (files.length > 0) void list.peek()?.add(files);
}

export function closeList() {
  list.peek()?.suspend();
  list.value = undefined;
}
