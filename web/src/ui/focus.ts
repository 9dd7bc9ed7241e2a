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
