import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { addFiles } from "../app-state.ts";
import { session } from "../session.ts";
import { texts } from "../texts/current.ts";
import type { Text } from "../texts/text.ts";
import { readDropped } from "../transfer/dropped-files.ts";

/**
 * Takes files that are dropped or pasted anywhere. It works without a session as well: a file that
 * nobody takes replaces the page.
 */
export function DropTarget() {
  const isOver = useSignal(false);

  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    let depth = 0;
    const end = () => {
      depth = 0;
      isOver.value = false;
    };
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      depth++;
      isOver.value = true;
    };
    const leave = () => {
      if (--depth <= 0) end();
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      void takeAll(event.dataTransfer);
    };
    const paste = ({ clipboardData }: ClipboardEvent) => {
      if (carriesFiles(clipboardData)) void takeAll(clipboardData);
    };
    addEventListener("dragenter", enter, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener(
      "dragover",
      (event) => carriesFiles(event.dataTransfer) && event.preventDefault(),
      { signal },
    );
    // A field may take what is dropped on it, and say so to nobody.
    addEventListener("drop", end, { signal, capture: true });
    addEventListener("drop", drop, { signal });
    addEventListener("paste", paste, { signal });
    return () => stop.abort();
  }, [isOver]);

  if (!isOver.value) return null;
  return (
    <div class="drop-overlay" aria-hidden="true">
      <p>{session.value ? texts.value.adding.letGo : texts.value.adding.letGoThenSignIn}</p>
    </div>
  );
}

const carriesFiles = (data: DataTransfer | null): data is DataTransfer =>
  data?.types.includes("Files") ?? false;

async function takeAll({ items }: DataTransfer) {
  const { files, unreadable, otherCount } = await readDropped(items);
  const leftOut = unreadable.map(
    (name): Text =>
      ({ adding, format }) =>
        adding.isUnreadable(format.isolate(name)),
  );
  if (otherCount > 0) leftOut.push(({ adding }) => adding.othersInFolder(otherCount));
  if (files.length === 0 && leftOut.length === 0) leftOut.push(({ adding }) => adding.emptyFolder);
  await addFiles(files, leftOut);
}
