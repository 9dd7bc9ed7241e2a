import type { Quality } from "../../../contract/conversion.ts";
import { formatSize } from "../../../contract/format.ts";
import { formatPercent } from "../text/format.ts";
import { explainWholeFile } from "../text/sentences.ts";
import type { Transfer } from "../transfer/transfer.ts";
import type { TransferList } from "../transfer/transfer-list.ts";

const QUALITIES: readonly { value: Quality; label: string }[] = [
  { value: "v0", label: "Best (V0, variable)" },
  { value: "v2", label: "Very good (V2, variable)" },
  { value: "320", label: "320 kbit/s" },
  { value: "192", label: "192 kbit/s" },
  { value: "128", label: "Small (128 kbit/s)" },
];

/** What Apple asks of podcasts: https://podcasters.apple.com/support/893-audio-requirements */
const PODCAST_LUFS = -16;

/** What can be decided before a file is sent. */
export function DraftOptions({ list, transfer }: { list: TransferList; transfer: Transfer }) {
  const { record } = transfer.state.value;
  const fault = transfer.fault.value;
  const faultId = `fault-${transfer.id}`;
  const time = (label: string, field: "start" | "end", placeholder: string) => (
    <label class="field is-short">
      {label}
      <input
        type="text"
        inputmode="text"
        autocomplete="off"
        placeholder={placeholder}
        value={record[field]}
        aria-invalid={fault ? true : undefined}
        aria-describedby={fault ? faultId : undefined}
        onInput={(event) => {
          transfer.changeOptions({ [field]: event.currentTarget.value });
        }}
      />
    </label>
  );
  return (
    <fieldset class="options">
      <legend class="visually-hidden">Options for {record.fileName}</legend>
      <div class="option-fields">
        <label class="field">
          Quality
          <select
            value={record.quality}
            onChange={(event) => list.chooseQuality(transfer, event.currentTarget.value as Quality)}
          >
            {QUALITIES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {time("Start at", "start", "0:00")}
        {time("Stop at", "end", "end")}
      </div>
      <div role="alert">
        {fault && (
          <p class="fault" id={faultId}>
            {fault}
          </p>
        )}
      </div>
      <Choice
        id={`loudness-${transfer.id}`}
        label="Podcast loudness"
        hint="Turns it up or down to about −16 LUFS. Takes a little longer."
        isOn={record.loudness !== undefined}
        onChange={(isOn) => list.chooseLoudness(transfer, isOn ? PODCAST_LUFS : undefined)}
      />
      <SoundtrackChoice transfer={transfer} />
    </fieldset>
  );
}

function SoundtrackChoice({ transfer }: { transfer: Transfer }) {
  const { soundtrack: value, record } = transfer.state.value;
  const { sendsWhole } = record;
  const whole = formatSize(record.sizeBytes);
  if (value.kind === "unavailable" || value.kind === "failed") {
    const reason = explainWholeFile(value);
    return reason ? <p class="hint">{reason}</p> : null;
  }
  let hint = "";
  if (sendsWhole) hint = `Sends all ${whole}.`;
  else if (value.kind === "extracted") {
    hint = `Sends ${formatSize(value.sizeBytes)} of audio instead of ${whole}.`;
  } else if (value.kind === "reading") {
    hint = `Reading the soundtrack, ${formatPercent(value.fraction)}`;
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

function Choice({
  id,
  label,
  hint,
  isOn,
  onChange,
}: {
  id: string;
  label: string;
  hint: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  const hintId = `hint-${id}`;
  return (
    <div class="choice">
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={isOn}
          aria-describedby={hintId}
          checked={isOn}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span class="switch-track" />
        {label}
      </label>
      <p class="hint" id={hintId}>
        {hint}
      </p>
    </div>
  );
}
