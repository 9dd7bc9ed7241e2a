import { useSignal } from "@preact/signals";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

interface Props {
  class?: string;
  label: string;
  /** The button that does it. */
  confirm: string;
  /** The button that doesn't. */
  keep: string;
  /** What else the user should know before it is done. */
  warning?: string;
  /** Returns what screen readers call a button, if it isn't enough what is on it. */
  nameAction?: (action: string) => string;
  onConfirm: () => void;
}

/** A button for what can't be undone, which asks in its place before it is done. */
export function AskButton(props: Props) {
  const { label, confirm, keep, warning, nameAction, onConfirm } = props;
  const isAsking = useSignal(false);
  const wasAsking = useRef(false);
  const first = useRef<HTMLButtonElement>(null);
  const warningId = useId();
  useLayoutEffect(() => {
    // The focused button was replaced, so the focus moves on.
    if (isAsking.value !== wasAsking.current) first.current?.focus({ preventScroll: true });
    wasAsking.current = isAsking.value;
  });
  if (!isAsking.value) {
    return (
      <button
        ref={first}
        type="button"
        class={props.class}
        aria-label={nameAction?.(label)}
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {label}
      </button>
    );
  }
  return (
    <span class="ask">
      {warning && (
        <span class="ask-warning" id={warningId}>
          {warning}
        </span>
      )}
      <button
        ref={first}
        type="button"
        class="danger"
        aria-label={nameAction?.(confirm)}
        aria-describedby={warning && warningId}
        onClick={onConfirm}
      >
        {confirm}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          isAsking.value = false;
        }}
      >
        {keep}
      </button>
    </span>
  );
}
