import type { Quality } from "../../../contract/conversion.ts";
import { formatSize } from "../../../contract/format.ts";
import { formatPercent } from "../text/format.ts";
import { formatAbout, QUALITIES } from "../text/qualities.ts";
import { explainWholeFile } from "../text/sentences.ts";
import { estimateSelection } from "../transfer/estimate.ts";
import type { Transfer } from "../transfer/transfer.ts";
import { PODCAST_LUFS, type TransferList } from "../transfer/transfer-list.ts";
import { Choice } from "./choice.tsx";
import { TagFields } from "./tag-fields.tsx";
import { Waveform } from "./waveform.tsx";

/** What can be decided about one file before it is sent. */
export function DraftOptions({ list, transfer }: { list: TransferList; transfer: Transfer }) {
  const { record } = transfer.state.value;
  const seconds = transfer.recordingSeconds.value;
  return (
    <fieldset class="options">
      <legend class="visually-hidden">Options for {record.fileName}</legend>
      <div class="option-fields">
        <label class="field">
          Quality
          <select
            value={record.quality}
            onChange={(event) =>
              list.change(transfer, { quality: event.currentTarget.value as Quality })
            }
          >
            {QUALITIES.map(({ value, label }) => {
              const bytes = estimateSelection({ ...record, quality: value }, seconds);
              return (
                <option key={value} value={value}>
                  {label}
                  {bytes !== undefined && ` · ${formatAbout(bytes)}`}
                </option>
              );
            })}
          </select>
        </label>
        <TimeField transfer={transfer} label="Start at" field="start" placeholder="0:00" />
        <TimeField transfer={transfer} label="Stop at" field="end" placeholder="end" />
      </div>
      <Waveform transfer={transfer} />
      <div role="alert">
        {transfer.fault.value && (
          <p class="fault" id={`fault-${transfer.id}`}>
            {transfer.fault.value.sentence}
          </p>
        )}
      </div>
      <Choice
        id={`loudness-${transfer.id}`}
        label="Podcast loudness"
        hint="Turns it up or down to about −16 LUFS. Takes a little longer."
        isOn={record.loudness !== undefined}
        onChange={(isOn) => list.change(transfer, { loudness: isOn ? PODCAST_LUFS : undefined })}
      />
      <Choice
        id={`silence-${transfer.id}`}
        label="Trim silence"
        hint="Drops silence at the start and at the end."
        isOn={record.trimSilence === true}
        onChange={(trimSilence) => list.change(transfer, { trimSilence })}
      />
      <TagFields transfer={transfer} />
      <SoundtrackChoice transfer={transfer} />
    </fieldset>
  );
}

interface TimeFieldProps {
  transfer: Transfer;
  label: string;
  field: "start" | "end";
  placeholder: string;
}

function TimeField({ transfer, label, field, placeholder }: TimeFieldProps) {
  const isWrong = transfer.fault.value?.field === field;
  return (
    <label class="field is-short">
      {label}
      <input
        type="text"
        autocomplete="off"
        placeholder={placeholder}
        value={transfer.state.value.record[field]}
        aria-invalid={isWrong || undefined}
        aria-describedby={isWrong ? `fault-${transfer.id}` : undefined}
        onInput={(event) => transfer.changeOptions({ [field]: event.currentTarget.value })}
      />
    </label>
  );
}

function SoundtrackChoice({ transfer }: { transfer: Transfer }) {
  const { soundtrack, record } = transfer.state.value;
  const { sendsWhole } = record;
  const whole = formatSize(record.sizeBytes);
  if (soundtrack.kind === "unavailable" || soundtrack.kind === "failed") {
    const reason = explainWholeFile(soundtrack);
    return reason ? <p class="hint">{reason}</p> : null;
  }
  let hint = "";
  if (sendsWhole) hint = `Sends all ${whole}.`;
  else if (soundtrack.kind === "extracted") {
    hint = `Sends ${formatSize(soundtrack.sizeBytes)} of audio instead of ${whole}.`;
  } else if (soundtrack.kind === "reading") {
    hint = `Reading the soundtrack, ${formatPercent(soundtrack.fraction)}`;
  }
  return (
    <Choice
      id={`whole-${transfer.id}`}
      label="Send the whole video"
      hint={hint}
      isOn={sendsWhole}
      onChange={(isOn) => transfer.changeOptions({ sendsWhole: isOn })}
    />
  );
}
