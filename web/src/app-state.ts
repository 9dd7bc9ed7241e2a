import { effect, signal } from "@preact/signals";
import type { ApiClient } from "../../client/api-client.ts";
import { pageSession, session } from "./session.ts";
import type { Text } from "./texts/text.ts";
import type { TransferList } from "./transfer/transfer-list.ts";

/** The list of the user who is signed in, or was until the session expired. */
export const list = signal<TransferList | undefined>(undefined);

type WorkspaceCode = typeof import("./workspace.tsx");

/** What a signed-in user sees and uses. */
interface Workspace {
  code: WorkspaceCode;
  api: ApiClient;
}

/** Undefined until the code is here, "missing" if it couldn't be fetched. */
export const workspace = signal<Workspace | "missing" | undefined>(undefined);

/** Files added while nobody was signed in. They join the list after the sign-in. */
export const heldFiles = signal<readonly File[]>([]);

/** Adds files to the list, or holds them until somebody is signed in. */
export async function addFiles(files: readonly File[], leftOut: readonly Text[] = []) {
  const current = session.peek() && list.peek();
  if (current) await current.add(files, leftOut);
  else heldFiles.value = [...heldFiles.peek(), ...files];
}

/** Keeps the list through an expired session of the same person, and drops it for another. */
export function bindListToSession(apiUrl: string) {
  // Fetched while somebody types the password.
  const loading = import("./workspace.tsx").then((code) => ({
    code,
    api: new code.ApiClient(apiUrl, pageSession),
  }));
  loading.catch(() => {
    workspace.value = "missing";
  });
  effect(() => {
    const email = session.value?.email;
    if (email === undefined) return;
    loading.then((loaded) => openList(loaded, email)).catch(() => {});
  });
}

function openList(loaded: Workspace, email: string) {
  workspace.value = loaded;
  if (session.peek()?.email !== email) return;
  if (list.peek()?.email !== email) {
    closeList();
    list.value = new loaded.code.TransferList(loaded.api, email);
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
