import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TransferList } from "../transfer/transfer-list.ts";
import { FileButton } from "./file-button.tsx";
import { CassetteIcon } from "./icons.tsx";

/** What file pickers offer first. Anything can be dropped; the converter decides. */
const ACCEPT = "video/*,audio/*,.mkv,.ts,.mts,.m2ts,.avi,.flv,.wmv,.m4v,.3gp";

export function DropZone({ list }: { list: TransferList }) {
  const isOver = useSignal(false);

  // The whole window takes drops: a file that misses the box would otherwise replace the page.
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    let depth = 0;
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      depth++;
      isOver.value = true;
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) isOver.value = false;
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth = 0;
      isOver.value = false;
      void list.add([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragenter", enter, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault(), {
      signal,
    });
    addEventListener("drop", drop, { signal });
    return () => stop.abort();
  }, [list, isOver]);

  // Once there are files, they are more important.
  const size = list.transfers.value.length > 0 ? "is-small" : "";
  return (
    <div class={`drop-zone ${size} ${isOver.value ? "is-over" : ""}`}>
      <CassetteIcon />
      <p class="drop-title">{isOver.value ? "Let go to add them" : "Drop videos here"}</p>
      <p class="drop-hint">Any video or audio file, as many as you like</p>
      {!isSecureContext && (
        <p class="drop-hint">
          This page came over plain http, so the browser can’t take the audio out of a video: whole
          videos are sent. To send less, open the page with https or at localhost.
        </p>
      )}
      <FileButton
        class="primary"
        multiple
        accept={ACCEPT}
        onFiles={(files) => void list.add(files)}
      >
        Choose files
      </FileButton>
    </div>
  );
}
