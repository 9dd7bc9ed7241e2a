interface Props {
  id: string;
  label: string;
  hint?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}

/** A switch with its label and a line on what it does. */
export function Choice({ id, label, hint, isOn, onChange }: Props) {
  const hintId = `hint-${id}`;
  return (
    <div class="choice">
      <label class="switch">
        <input
          type="checkbox"
          role="switch"
          aria-checked={isOn}
          aria-describedby={hint ? hintId : undefined}
          checked={isOn}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        <span class="switch-track" />
        {label}
      </label>
      {hint && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
