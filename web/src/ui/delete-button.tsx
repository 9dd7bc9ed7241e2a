import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** Asks for confirmation in place, because a deleted MP3 can't be restored. */
export function DeleteButton({ name, onDelete }: { name: string; onDelete: () => void }) {
  const isAsking = useSignal(false);
  const wasAsking = useRef(false);
  const first = useRef<HTMLButtonElement>(null);
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
        class="quiet"
        aria-label={`Delete ${name}`}
        onClick={() => {
          isAsking.value = true;
        }}
      >
        Delete
      </button>
    );
  }
  return (
    <span class="ask">
      <button
        ref={first}
        type="button"
        class="danger"
        aria-label={`Delete for good ${name}`}
        onClick={onDelete}
      >
        Delete for good
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          isAsking.value = false;
        }}
      >
        Keep
      </button>
    </span>
  );
}
