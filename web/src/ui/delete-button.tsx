import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { texts } from "../texts/current.ts";

/** Asks for confirmation in place, because a deleted MP3 can't be restored. */
export function DeleteButton({ name, onDelete }: { name: string; onDelete: () => void }) {
  const { row } = texts.value;
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
        aria-label={row.on(row.delete, name)}
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {row.delete}
      </button>
    );
  }
  return (
    <span class="ask">
      <button
        ref={first}
        type="button"
        class="danger"
        aria-label={row.on(row.deleteForGood, name)}
        onClick={onDelete}
      >
        {row.deleteForGood}
      </button>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          isAsking.value = false;
        }}
      >
        {row.keep}
      </button>
    </span>
  );
}
