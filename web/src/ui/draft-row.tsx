import { useSignal } from "@preact/signals";
import { formatDuration, formatSize } from "../../../contract/format.ts";
import { formatPercent } from "../text/format.ts";
import { nameQuality } from "../text/qualities.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { DraftOptions } from "./draft-options.tsx";
import { ChevronIcon } from "./icons.tsx";

interface Props {
  list: TransferList;
  transfer: Transfer;
  onDiscard: () => void;
}

/** A file that waits for "Convert": one line, which opens to its options. */
export function DraftRow({ list, transfer, onDiscard }: Props) {
  const isOpen = useSignal(transfer.wasTried);
  const { record, note, soundtrack } = transfer.state.value;
  const titleId = `title-${transfer.id}`;
  const optionsId = `options-${transfer.id}`;
  const seconds = transfer.recordingSeconds.value;
  // What is wrong must be in sight.
  const isShown = isOpen.value || transfer.fault.value !== undefined;
  return (
    <li class="row" aria-labelledby={titleId}>
      <div class="row-line">
        <div class="row-text">
          <h3 id={titleId}>
            <bdi>{record.fileName}</bdi>
          </h3>
          <p class="meta">
            {seconds !== undefined && `${formatDuration(seconds)} · `}
            {formatSize(record.sizeBytes)}
            {soundtrack.kind === "reading" && ` · reading, ${formatPercent(soundtrack.fraction)}`}
          </p>
        </div>
        <div class="row-actions">
          <button
            type="button"
            class="quiet summary"
            aria-expanded={isShown}
            aria-controls={optionsId}
            aria-describedby={titleId}
            onClick={() => {
              isOpen.value = !isShown;
            }}
          >
            <span class="visually-hidden">Options: </span>
            {summarize(record)}
            <ChevronIcon />
          </button>
          <button type="button" class="quiet" aria-describedby={titleId} onClick={onDiscard}>
            Remove
          </button>
        </div>
      </div>
      <div id={optionsId}>{isShown && <DraftOptions list={list} transfer={transfer} />}</div>
      {note && <p class="hint">{note}</p>}
    </li>
  );
}

/** "V2", and what else differs from the usual. */
function summarize({ quality, start, end, loudness, trimSilence }: Transfer["record"]): string {
  const range = start || end ? `${start || "0:00"}–${end || "end"}` : undefined;
  const level = loudness === undefined ? undefined : `${loudness} LUFS`.replace("-", "−");
  const silence = trimSilence && "no silence";
  return [nameQuality(quality), range, level, silence].filter(Boolean).join(" · ");
}
