/**
 * Hands the focus on from a row that is about to go: to the last button of the row after it, else of
 * the row before it, else to `fallback`. The page stays where it is scrolled to.
 */
export function focusAfterRemoval(titleId: string, fallback: HTMLElement | null) {
  const row = document.getElementById(titleId)?.closest("li");
  const neighbour = row?.nextElementSibling ?? row?.previousElementSibling;
  const buttons = neighbour?.querySelectorAll<HTMLElement>(".row-actions button");
  const target = buttons?.[buttons.length - 1] ?? fallback;
  target?.focus({ preventScroll: true });
}

/** Brings a new draft's row into sight, and the focus to its options. */
export function showDraft(transferId: string) {
  // It is drawn after this event.
  setTimeout(() => {
    const row = document.getElementById(`title-${transferId}`)?.closest("li");
    row?.querySelector<HTMLElement>("button")?.focus();
  });
}
