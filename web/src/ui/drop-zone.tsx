import { texts } from "../texts/current.ts";
import { MEDIA_TYPES } from "../transfer/dropped-files.ts";
import { canPickFiles, pickFiles } from "../transfer/file-handles.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { FileButton } from "./file-button.tsx";
import { CassetteIcon } from "./icons.tsx";

export function DropZone({ list }: { list: TransferList }) {
  const { adding } = texts.value;
  // Once there are files, they are more important.
  const size = list.transfers.value.length > 0 ? "is-small" : "";
  return (
    <div class={`drop-zone ${size}`}>
      <CassetteIcon />
      <p class="drop-title">{adding.drop}</p>
      <p class="drop-hint">{adding.dropHint}</p>
      {!isSecureContext && <p class="drop-hint">{adding.plainHttp}</p>}
      <FileButton
        class="primary"
        multiple
        accept={MEDIA_TYPES}
        pickFiles={canPickFiles() ? pickFiles : undefined}
        onFiles={(files) => void list.add(files)}
      >
        {adding.chooseFiles}
      </FileButton>
    </div>
  );
}
