import { useSignal } from "@preact/signals";
import type { Quality } from "../../../contract/conversion.ts";
import { formatSize } from "../../../contract/format.ts";
import { countFiles } from "../text/counts.ts";
import { formatAbout, QUALITIES } from "../text/qualities.ts";
import { sumUp } from "../transfer/batch.ts";
import { PODCAST_LUFS, type TransferList } from "../transfer/transfer-list.ts";
import { Choice } from "./choice.tsx";
import { ChevronIcon } from "./icons.tsx";

/** Sets the options of all drafts and sends them; stays in sight while the list scrolls. */
export function BatchBar({ list, onSent }: { list: TransferList; onSent: () => void }) {
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
      <legend class="visually-hidden">All files</legend>
      <p class="batch-sum">
        {countFiles(drafts.length)} · {formatSize(summary.totalBytes)}
        {summary.mp3Bytes > 0 && ` · ${formatAbout(summary.mp3Bytes)} of MP3`}
        {summary.isReading
          ? " · reading the soundtracks"
          : ` · sends ${formatSize(summary.sentBytes)}`}
      </p>
      <div class="batch-fields">
        <select
          aria-label="Quality"
          value={summary.quality ?? ""}
          onChange={(event) => list.changeAll({ quality: event.currentTarget.value as Quality })}
        >
          {summary.quality === undefined && <option value="">Mixed qualities</option>}
          {QUALITIES.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="quiet summary"
          aria-expanded={showsMore.value}
          onClick={() => {
            showsMore.value = !showsMore.value;
          }}
        >
          More
          <ChevronIcon />
        </button>
        {showsMore.value && (
          <div class="batch-more">
            <Choice
              id="loudness-all"
              label="Podcast loudness"
              isOn={drafts.every(({ state }) => state.value.record.loudness !== undefined)}
              onChange={(isOn) => list.changeAll({ loudness: isOn ? PODCAST_LUFS : undefined })}
            />
            <Choice
              id="silence-all"
              label="Trim silence"
              isOn={drafts.every(({ state }) => state.value.record.trimSilence === true)}
              onChange={(trimSilence) => list.changeAll({ trimSilence })}
            />
            <Choice
              id="whole-all"
              label="Send whole videos"
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
          {drafts.length === 1 ? "Convert to MP3" : `Convert ${drafts.length} files to MP3`}
        </button>
      </div>
      <div role="alert">
        {faulty && (
          <p class="fault">
            <bdi>{faulty.record.fileName}</bdi> has a time that can’t be used.
          </p>
        )}
      </div>
    </fieldset>
  );
}
