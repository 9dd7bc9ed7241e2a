import { createStore, delMany, get, keys, set } from "idb-keyval";
import { fingerprintFile } from "./fingerprint.ts";

/*
 * A file's handle survives a refresh, but the file itself doesn't. Only Chromium has handles of the
 * user's files: https://developer.mozilla.org/docs/Web/API/File_System_API
 */

/** The methods that TypeScript's types lack: https://wicg.github.io/file-system-access/ */
interface FileHandle extends FileSystemFileHandle {
  queryPermission(): Promise<PermissionState>;
  requestPermission(): Promise<PermissionState>;
}

const store = createStore("tapedeck-files", "handles");

/** The handles of files that were chosen on this page. */
const handles = new WeakMap<File, FileHandle>();

const noteHandle = (file: File, handle: FileHandle) => handles.set(file, handle);

/**
 * Asks the browser for a dropped file's handle. Must be called in the event handler. Resolves with a
 * function that remembers the handle for the file.
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

/** Stores the handle of a transfer's file, if it has one, until {@link sweepHandles}. */
export async function keepHandle(transferId: string, file: File) {
  const handle = handles.get(file);
  // If it can't be stored, the user has to choose the file again, as in other browsers.
  if (handle) await set(transferId, handle, store).catch(() => {});
}

/**
 * Opens a transfer's file by its stored handle.
 *
 * @param asks whether the user may be asked for permission, which needs a click.
 * @returns "ask" if the user has to be asked; undefined if there is no handle, or if the file has been
 * replaced by another.
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

/** Lets the user choose files that have handles. Throws if the browser has none. */
export async function pickFiles(): Promise<File[]> {
  const { showOpenFilePicker } = window as unknown as {
    showOpenFilePicker: (options: { multiple: boolean }) => Promise<FileHandle[]>;
  };
  try {
    const chosen = await showOpenFilePicker({ multiple: true });
    return await Promise.all(chosen.map(openChosen));
  } catch (error) {
    // The user closed the picker.
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

/** Deletes all handles except those of `transferIds`. */
export async function sweepHandles(transferIds: ReadonlySet<string>) {
  try {
    const kept = await keys<string>(store);
    await delMany(
      kept.filter((id) => !transferIds.has(id)),
      store,
    );
  } catch {
    // The browser stores nothing here, so there is nothing to delete.
  }
}
