import { useSignal } from "@preact/signals";
import type { Quality } from "../../../contract/conversion.ts";
import { texts } from "../texts/current.ts";
import { QUALITIES } from "../texts/quality.ts";
import { sumUp } from "../transfer/batch.ts";
import { PODCAST_LUFS, type TransferList } from "../transfer/transfer-list.ts";
import { Choice } from "./choice.tsx";
import { ChevronIcon } from "./icons.tsx";
import { SummaryButton } from "./summary-button.tsx";

/** Sets the options of all drafts and sends them; stays in sight while the list scrolls. */
export function BatchBar({ list, onSent }: { list: TransferList; onSent: () => void }) {
  const { batch, files, format, options } = texts.value;
  const drafts = list.drafts.value;
  const showsMore = useSignal(false);
  const faulty = drafts.find(({ fault }) => fault.value !== undefined);
  const summary = sumUp(
    drafts.map(({ state, recordingSeconds }) => ({
      ...state.value,
      recordingSeconds: recordingSeconds.value,
    })),
  );
  const convert = () => {
    if (faulty === undefined) {
      onSent();
      return list.sendAll();
    }
    document
      .querySelector<HTMLElement>(`[aria-describedby="fault-${CSS.escape(faulty.id)}"]`)
      ?.focus();
  };
  return (
    <fieldset class="card batch">
      <legend class="visually-hidden">{batch.title}</legend>
      <p class="batch-sum">
        {format.facts([
          files(drafts.length),
          format.size(summary.totalBytes),
          summary.mp3Bytes > 0 && batch.ofMp3(format.size(summary.mp3Bytes)),
          summary.isReading ? batch.reading : batch.sends(format.size(summary.sentBytes)),
        ])}
      </p>
      <div class="batch-fields">
        <select
          aria-label={options.quality}
          value={summary.quality ?? ""}
          onChange={(event) => list.changeAll({ quality: event.currentTarget.value as Quality })}
        >
          {summary.quality === undefined && <option value="">{options.mixedQualities}</option>}
          {QUALITIES.map((value) => (
            <option key={value} value={value}>
              {options.qualities[value]}
            </option>
          ))}
        </select>
        <SummaryButton isOpen={showsMore}>
          {batch.more}
          <ChevronIcon />
        </SummaryButton>
        {showsMore.value && (
          <div class="batch-more">
            <Choice
              id="loudness-all"
              label={options.loudness}
              isOn={drafts.every(({ state }) => state.value.record.loudness !== undefined)}
              onChange={(isOn) => list.changeAll({ loudness: isOn ? PODCAST_LUFS : undefined })}
            />
            <Choice
              id="silence-all"
              label={options.trimSilence}
              isOn={drafts.every(({ state }) => state.value.record.trimSilence === true)}
              onChange={(trimSilence) => list.changeAll({ trimSilence })}
            />
            <Choice
              id="whole-all"
              label={batch.sendWhole}
              isOn={drafts.every(({ state }) => state.value.record.sendsWhole)}
              onChange={(sendsWhole) => list.changeAll({ sendsWhole })}
            />
          </div>
        )}
        <button
          type="button"
          class="primary"
          aria-disabled={faulty !== undefined}
          onClick={convert}
        >
          {batch.convert(drafts.length)}
        </button>
      </div>
      <div role="alert">
        {faulty && <p class="fault">{batch.badTime(format.isolate(faulty.record.fileName))}</p>}
      </div>
    </fieldset>
  );
}
