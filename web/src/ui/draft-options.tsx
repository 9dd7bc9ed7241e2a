import type { Quality } from "../../../contract/conversion.ts";
import { say, texts } from "../texts/current.ts";
import { explainWholeFile } from "../texts/describe.ts";
import { QUALITIES } from "../texts/quality.ts";
import { estimateSelection } from "../transfer/estimate.ts";
import type { Transfer } from "../transfer/transfer.ts";
import { PODCAST_LUFS, type TransferList } from "../transfer/transfer-list.ts";
import { AudioTrackField } from "./audio-track-field.tsx";
import { Choice } from "./choice.tsx";
import { MoveButtons } from "./move-draft.tsx";
import { TagFields } from "./tag-fields.tsx";
import { Waveform } from "./waveform.tsx";

/** Shows the options of one file before it is sent. */
export function DraftOptions({ list, transfer }: { list: TransferList; transfer: Transfer }) {
  const { record } = transfer.state.value;
  const seconds = transfer.recordingSeconds.value;
  const { about, format, options } = texts.value;
  return (
    <fieldset class="options">
      <legend class="visually-hidden">{options.of(record.fileName)}</legend>
      <div class="option-fields">
        <label class="field">
          {options.quality}
          <select
            value={record.quality}
            onChange={(event) =>
              list.change(transfer, { quality: event.currentTarget.value as Quality })
            }
          >
            {QUALITIES.map((value) => {
              const bytes = estimateSelection({ ...record, quality: value }, seconds);
              return (
                <option key={value} value={value}>
                  {format.facts([
                    options.qualities[value],
                    bytes !== undefined && about(format.size(bytes)),
                  ])}
                </option>
              );
            })}
          </select>
        </label>
        <TimeField transfer={transfer} label={options.startAt} field="start" placeholder="0:00" />
        <TimeField
          transfer={transfer}
          label={options.stopAt}
          field="end"
          placeholder={options.end}
        />
      </div>
      <Waveform transfer={transfer} />
      <div role="alert">
        {transfer.fault.value && (
          <p class="fault" id={`fault-${transfer.id}`}>
            {say(transfer.fault.value.sentence)}
          </p>
        )}
      </div>
      <Choice
        id={`loudness-${transfer.id}`}
        label={options.loudness}
        hint={options.loudnessHint}
        isOn={record.loudness !== undefined}
        onChange={(isOn) => list.change(transfer, { loudness: isOn ? PODCAST_LUFS : undefined })}
      />
      <Choice
        id={`silence-${transfer.id}`}
        label={options.trimSilence}
        hint={options.trimSilenceHint}
        isOn={record.trimSilence === true}
        onChange={(trimSilence) => list.change(transfer, { trimSilence })}
      />
      <AudioTrackField list={list} transfer={transfer} />
      <TagFields transfer={transfer} />
      <SoundtrackChoice transfer={transfer} />
      <MoveButtons list={list} transfer={transfer} />
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
  const { format, options, sending } = texts.value;
  const whole = format.size(record.sizeBytes);
  if (record.again !== undefined) return <p class="hint">{sending.sourceIsThere}</p>;
  if (soundtrack.kind === "unavailable" || soundtrack.kind === "failed") {
    const reason = explainWholeFile(soundtrack, texts.value);
    return reason ? <p class="hint">{reason}</p> : null;
  }
  let hint = "";
  if (sendsWhole) hint = options.sendsAll(whole);
  else if (soundtrack.kind === "extracted") {
    hint = options.sendsAudio(format.size(soundtrack.sizeBytes), whole);
  } else if (soundtrack.kind === "reading") {
    hint = sending.reading(format.percent(soundtrack.fraction));
  }
  return (
    <Choice
      id={`whole-${transfer.id}`}
      label={options.sendWhole}
      hint={hint}
      isOn={sendsWhole}
      onChange={(isOn) => transfer.changeOptions({ sendsWhole: isOn })}
    />
  );
}
