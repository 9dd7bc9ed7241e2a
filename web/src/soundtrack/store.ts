import { soundtrackName } from "./messages.ts";

/**
 * Extracted soundtracks wait in the origin's private file system, not in memory. They survive a
 * refresh, so an upload can continue from there without the video.
 * https://developer.mozilla.org/docs/Web/API/File_System_API/Origin_private_file_system
 */
const DIRECTORY = "soundtracks";

/** Throws if the browser has no private files, as in some private windows. */
export async function openDirectory(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(DIRECTORY, { create: true });
}

/**
 * Opens the stored soundtrack.
 *
 * @returns undefined if it is missing or isn't `sizeBytes` long.
 */
export async function readSoundtrack(name: string, sizeBytes: number): Promise<File | undefined> {
  try {
    const file = await (await (await openDirectory()).getFileHandle(name)).getFile();
    return file.size === sizeBytes ? file : undefined;
  } catch {
    return undefined;
  }
}

export async function deleteSoundtrack(name: string): Promise<void> {
  try {
    await (await openDirectory()).removeEntry(name);
  } catch {
    // It is missing, or still open elsewhere. The clean-up at the next start deletes it.
  }
}

/** Deletes all soundtracks except those of these transfers. */
export async function sweepSoundtracks(transferIds: ReadonlySet<string>): Promise<void> {
  try {
    const needed = new Set([...transferIds].map(soundtrackName));
    const directory = await openDirectory();
    for await (const name of directory.keys()) {
      if (!needed.has(name)) await deleteSoundtrack(name);
    }
  } catch {
    // There are no private files, so there is nothing to clean up.
  }
}
