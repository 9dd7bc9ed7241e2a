import { createStore, delMany, get, keys, set } from "idb-keyval";
import { fingerprintFile } from "./fingerprint.ts";

/*
 * A file's handle survives a refresh, where a file doesn't. Only Chromium has handles of the user's
 * files: https://developer.mozilla.org/docs/Web/API/File_System_API
 */

/** What TypeScript's library lacks: https://wicg.github.io/file-system-access/ */
interface FileHandle extends FileSystemFileHandle {
  queryPermission(): Promise<PermissionState>;
  requestPermission(): Promise<PermissionState>;
}

const store = createStore("tapedeck-files", "handles");

/** The handles of files that were chosen on this page. */
const handles = new WeakMap<File, FileHandle>();

const noteHandle = (file: File, handle: FileHandle) => handles.set(file, handle);

/**
 * Notes which handle a dropped file came from, where the browser has one. Must be called in the event
 * itself, and resolves with a function for the file.
 */
export function noteDropped(item: DataTransferItem): (file: File) => Promise<void> {
  const { getAsFileSystemHandle } = item as unknown as {
    getAsFileSystemHandle?: () => Promise<FileHandle | null>;
  };
  const found = getAsFileSystemHandle?.call(item).catch(() => null);
  return async (file) => {
    const handle = await found;
    if (handle?.kind === "file") noteHandle(file, handle);
  };
}

/** Keeps the handle that a transfer's file came from, if there is one, until {@link sweepHandles}. */
export async function keepHandle(transferId: string, file: File) {
  const handle = handles.get(file);
  // Without a place for it the file has to be chosen again, as everywhere else.
  if (handle) await set(transferId, handle, store).catch(() => {});
}

/**
 * Opens the file of a transfer from its kept handle.
 *
 * @param asks whether the user may be asked, which needs a click.
 * @returns "ask" where the user would have to be; undefined if there is no handle, or another file is
 * there by now.
 */
export async function openKept(
  transferId: string,
  fingerprint: string,
  asks: boolean,
): Promise<File | "ask" | undefined> {
  try {
    const handle = await get<FileHandle>(transferId, store);
    if (handle === undefined) return undefined;
    const permission = await handle.queryPermission();
    if (permission === "prompt" && !asks) return "ask";
    if (permission !== "granted" && (await handle.requestPermission()) !== "granted") return "ask";
    const file = await handle.getFile();
    if ((await fingerprintFile(file)) !== fingerprint) return undefined;
    noteHandle(file, handle);
    return file;
  } catch {
    return undefined;
  }
}

/** Lets the user choose files in a way that has handles. Throws where the browser has no such way. */
export async function pickFiles(): Promise<File[]> {
  const { showOpenFilePicker } = window as unknown as {
    showOpenFilePicker: (options: { multiple: boolean }) => Promise<FileHandle[]>;
  };
  try {
    const chosen = await showOpenFilePicker({ multiple: true });
    return await Promise.all(chosen.map(openChosen));
  } catch (error) {
    // Nobody has to choose anything.
    if (error instanceof DOMException && error.name === "AbortError") return [];
    throw error;
  }
}

export const canPickFiles = () => "showOpenFilePicker" in window;

async function openChosen(handle: FileHandle): Promise<File> {
  const file = await handle.getFile();
  noteHandle(file, handle);
  return file;
}

/** Forgets all handles but those of `transferIds`. */
export async function sweepHandles(transferIds: ReadonlySet<string>) {
  try {
    const kept = await keys<string>(store);
    await delMany(
      kept.filter((id) => !transferIds.has(id)),
      store,
    );
  } catch {
    // Nothing can be kept here, so nothing is.
  }
}
