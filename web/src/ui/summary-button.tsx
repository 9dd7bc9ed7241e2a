import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface Props {
  isOpen: Signal<boolean>;
  /** Called when the button opens its section. */
  onOpen?: () => void;
  children: ComponentChildren;
}

/** Shows and hides a section below it. */
export function SummaryButton({ isOpen, onOpen, children }: Props) {
  return (
    <button
      type="button"
      class="quiet summary"
      aria-expanded={isOpen.value}
      onClick={() => {
        isOpen.value = !isOpen.value;
        if (isOpen.value) onOpen?.();
      }}
    >
      {children}
    </button>
  );
}
