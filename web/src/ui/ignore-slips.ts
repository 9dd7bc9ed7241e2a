/**
 * Ignores the second click of a double click where it meets another control than the first: the first
 * one changed the page, and something else slid under the pointer.
 */
export function ignoreSlips() {
  let last: Element | null = null;
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element)) return;
    const control = event.target.closest("button, a, input, select, label");
    // `detail` counts the clicks that came quickly on one spot.
    if (event.detail > 1 && control !== last) {
      event.preventDefault();
      event.stopImmediatePropagation();
    } else last = control;
  };
  addEventListener("click", onClick, { capture: true });
}
