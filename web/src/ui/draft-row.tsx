import { useSignal } from "@preact/signals";
import { formatDuration } from "../../../contract/format.ts";
import { say, texts } from "../texts/current.ts";
import { nameQuality } from "../texts/quality.ts";
import type { Texts } from "../texts/text.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";
import { DraftOptions } from "./draft-options.tsx";
import { ChevronIcon } from "./icons.tsx";
import { MoveHandle } from "./move-draft.tsx";

interface Props {
  list: TransferList;
  transfer: Transfer;
  onDiscard: () => void;
}

/** A file that waits for "Convert": one line, which opens to its options. */
export function DraftRow({ list, transfer, onDiscard }: Props) {
  const { format, options, sending } = texts.value;
  const isOpen = useSignal(transfer.wasTried);
  const { record, note, soundtrack } = transfer.state.value;
  const titleId = `title-${transfer.id}`;
  const optionsId = `options-${transfer.id}`;
  const seconds = transfer.recordingSeconds.value;
  // What is wrong must be in sight.
  const isShown = isOpen.value || transfer.fault.value !== undefined;
  return (
    <li class="row" aria-labelledby={titleId} data-draft={transfer.id}>
      <div class="row-line">
        <MoveHandle list={list} transfer={transfer} />
        <div class="row-text">
          <h3 id={titleId}>
            <bdi>{record.fileName}</bdi>
          </h3>
          <p class="meta">
            {format.facts([
              seconds !== undefined && formatDuration(seconds),
              format.size(record.sizeBytes),
              soundtrack.kind === "reading" &&
                sending.readingShort(format.percent(soundtrack.fraction)),
            ])}
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
            <span class="visually-hidden">{options.heading} </span>
            {summarize(record, texts.value)}
            <ChevronIcon />
          </button>
          <button type="button" class="quiet" aria-describedby={titleId} onClick={onDiscard}>
            {options.remove}
          </button>
        </div>
      </div>
      <div id={optionsId}>{isShown && <DraftOptions list={list} transfer={transfer} />}</div>
      {note && <p class="hint">{say(note)}</p>}
    </li>
  );
}

/** Summarises the quality ("V2") and every option that isn't the default. */
function summarize(
  { quality, start, end, loudness, trimSilence, audioTrack, rightTrack }: Transfer["record"],
  texts: Texts,
): string {
  const { format, options } = texts;
  return format.facts([
    nameQuality(quality, texts),
    (start || end) && `${start || "0:00"}–${end || options.end}`,
    audioTrack !== undefined &&
      (rightTrack === undefined ? options.track(audioTrack) : options.pair(audioTrack, rightTrack)),
    loudness !== undefined && options.lufs(loudness),
    trimSilence && options.noSilence,
  ]);
}
