import type { ComponentChildren } from "preact";

interface Props {
  labelledBy: string;
  /** From 0 to 1; undefined while nothing is known yet. */
  fraction: number | undefined;
  kind: "reading" | "upload" | "conversion";
  children: ComponentChildren;
}

export function Progress({ labelledBy, fraction, kind, children }: Props) {
  return (
    <div class={`progress is-${kind}`}>
      <progress
        aria-labelledby={labelledBy}
        max={1}
        {...(fraction !== undefined && { value: fraction })}
      />
      <p class="progress-text">{children}</p>
    </div>
  );
}
