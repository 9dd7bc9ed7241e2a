import { createStore, delMany, get, keys, set } from "idb-keyval";
import { fingerprintFile } from "./fingerprint.ts";

/*
 * A file's handle survives a refresh, but the file itself doesn't. Only Chromium has handles of the
 * user's files: https://developer.mozilla.org/docs/Web/API/File_System_API
 */

/** The methods that TypeScript's types lack: https://wicg.github.io/file-system-access/ */
interface Permissions {
  queryPermission(): Promise<PermissionState>;
  requestPermission(): Promise<PermissionState>;
}
type FileHandle = FileSystemFileHandle & Permissions;
type FolderHandle = FileSystemDirectoryHandle & Permissions;

/** How to open a file: by its own handle, or by the one of the dropped folder that it is in. */
type Place = { file: FileHandle } | { folder: FolderHandle; path: readonly string[] };

const store = createStore("tapedeck-files", "handles");

/** Where the files are that were chosen on this page. */
const places = new WeakMap<File, Place>();

/** Remembers where a dropped file is: in a folder, `fullPath` leads from the folder to the file. */
export type NoteDropped = (file: File, fullPath: string) => Promise<void>;

/**
 * Asks the browser for the handle of a dropped file or folder. Must be called in the event handler.
 */
export function noteDropped(item: DataTransferItem): NoteDropped {
  const { getAsFileSystemHandle } = item as unknown as {
    getAsFileSystemHandle?: () => Promise<FileHandle | FolderHandle | null>;
  };
  const found = getAsFileSystemHandle?.call(item).catch(() => null);
  return async (file, fullPath) => {
    const handle = await found;
    if (handle?.kind === "file") places.set(file, { file: handle });
    // "/folder/disc 1/clip.mp4"
    const path = fullPath.split("/").slice(2);
    if (handle?.kind === "directory") places.set(file, { folder: handle, path });
  };
}

/** Stores the handle of a transfer's file, if it has one, until {@link sweepHandles}. */
export async function keepHandle(transferId: string, file: File) {
  const place = places.get(file);
  // If it can't be stored, the user has to choose the file again, as in other browsers.
  if (place) await set(transferId, place, store).catch(() => {});
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
    const place = await get<Place>(transferId, store);
    if (place === undefined) return undefined;
    // Whoever may read a folder may read all of its files, so one question is enough.
    const handle = "file" in place ? place.file : place.folder;
    const permission = await handle.queryPermission();
    if (permission === "prompt" && !asks) return "ask";
    if (permission !== "granted" && (await handle.requestPermission()) !== "granted") return "ask";
    const file = await openPlace(place);
    if ((await fingerprintFile(file)) !== fingerprint) return undefined;
    places.set(file, place);
    return file;
  } catch {
    return undefined;
  }
}

/** Throws if a file or folder is no longer there. */
async function openPlace(place: Place): Promise<File> {
  if ("file" in place) return place.file.getFile();
  const names = [...place.path];
  const fileName = names.pop() ?? "";
  let folder: FileSystemDirectoryHandle = place.folder;
  for (const name of names) folder = await folder.getDirectoryHandle(name);
  return (await folder.getFileHandle(fileName)).getFile();
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
  places.set(file, { file: handle });
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
