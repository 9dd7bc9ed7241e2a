import { type NoteDropped, noteDropped } from "./file-handles.ts";

/** What file pickers offer first, and what is taken out of a folder. */
export const MEDIA_TYPES =
  "video/*,audio/*,.mkv,.ts,.mts,.m2ts,.avi,.flv,.wmv,.m4v,.3gp,.mxf,.ogv,.vob";

const MEDIA_ENDINGS = new Set(MEDIA_TYPES.split(",").filter((type) => type.startsWith(".")));

interface Dropped {
  /** In the order in which they were dropped; a folder's files are sorted by name. */
  files: File[];
  /** Names of entries that the browser couldn't read. */
  unreadable: string[];
  /** How many files in folders are neither video nor audio. */
  otherCount: number;
}

/**
 * Reads what was dropped, and everything in its folders. An unreadable entry doesn't stop the
 * others. Must be called in the event itself, because browsers remove the entries afterwards.
 * https://wicg.github.io/entries-api/
 */
export async function readDropped(items: DataTransferItemList): Promise<Dropped> {
  const dropped: Dropped = { files: [], unreadable: [], otherCount: 0 };
  const entries = [...items]
    .filter(({ kind }) => kind === "file")
    .map((item) => ({
      entry: item.webkitGetAsEntry() ?? item.getAsFile(),
      note: noteDropped(item),
    }));
  for (const { entry, note } of entries) {
    if (entry instanceof File) dropped.files.push(entry);
    else if (entry !== null) await readEntry(entry, dropped, note, false);
  }
  return dropped;
}

/** Adds the file or all files of the folder `entry` to `dropped`. Never throws. */
async function readEntry(
  entry: FileSystemEntry,
  dropped: Dropped,
  note: NoteDropped,
  isInFolder: boolean,
) {
  try {
    if (isDirectory(entry)) {
      const children = await readChildren(entry);
      children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
      for (const child of children) await readEntry(child, dropped, note, true);
      return;
    }
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    // A file picked by hand is always taken. A folder also has covers and lists beside its videos.
    if (isInFolder && !isMedia(file)) {
      dropped.otherCount++;
      return;
    }
    await note(file, entry.fullPath);
    dropped.files.push(file);
  } catch {
    dropped.unreadable.push(entry.name);
  }
}

const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry =>
  entry.isDirectory;

/** Browsers hand out a folder's entries a hundred at a time, and an empty list at the end. */
async function readChildren(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function isMedia({ name, type }: File): boolean {
  if (/^(video|audio)\//.test(type)) return true;
  const ending = /\.\w+$/.exec(name.toLowerCase())?.[0];
  return ending !== undefined && MEDIA_ENDINGS.has(ending);
}
