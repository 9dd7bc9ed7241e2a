import { MEDIA_TYPES } from "../transfer/dropped-files.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { FileButton } from "./file-button.tsx";
import { CassetteIcon } from "./icons.tsx";

export function DropZone({ list }: { list: TransferList }) {
  // Once there are files, they are more important.
  const size = list.transfers.value.length > 0 ? "is-small" : "";
  return (
    <div class={`drop-zone ${size}`}>
      <CassetteIcon />
      <p class="drop-title">Drop videos or folders here</p>
      <p class="drop-hint">Any video or audio file, as many as you like; pasting works, too</p>
      {!isSecureContext && (
        <p class="drop-hint">
          This page came over plain http, so the browser can’t take the audio out of a video: whole
          videos are sent. To send less, open the page with https or at localhost.
        </p>
      )}
      <FileButton
        class="primary"
        multiple
        accept={MEDIA_TYPES}
        onFiles={(files) => void list.add(files)}
      >
        Choose files
      </FileButton>
    </div>
  );
}
