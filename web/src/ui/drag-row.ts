/** How near to the upper or lower end of the window the pointer scrolls it, and how far in a frame, in pixels. */
const EDGE_PIXELS = 80;
const SCROLL_PIXELS = 10;

/**
 * Lets the row around `handle` follow the pointer that went down on it, and marks the row whose place it
 * would take.
 *
 * @returns that row; undefined if it was let go of elsewhere, or Escape was pressed.
 */
export function dragRow(handle: Element, down: PointerEvent): Promise<HTMLElement | undefined> {
  const row = handle.closest<HTMLElement>("[data-draft]");
  const list = row?.parentElement;
  if (!row || !list) return Promise.resolve(undefined);
  const { promise, resolve } = Promise.withResolvers<HTMLElement | undefined>();
  const stop = new AbortController();
  const { signal } = stop;
  const beginY = down.clientY + scrollY;
  let pointerY = down.clientY;
  let target: HTMLElement | undefined;

  const follow = () => {
    row.style.translate = `0 ${pointerY + scrollY - beginY}px`;
    const rows = [...list.querySelectorAll<HTMLElement>("[data-draft]")];
    const next = rows.find((other) => other !== row && isOver(other, pointerY));
    target?.classList.remove("is-target-before", "is-target-after");
    target = next;
    const comesAfter = next && rows.indexOf(next) > rows.indexOf(row);
    target?.classList.add(comesAfter ? "is-target-after" : "is-target-before");
  };
  const scroll = () => {
    if (signal.aborted) return;
    const isAbove = pointerY < EDGE_PIXELS;
    if (isAbove || pointerY > innerHeight - EDGE_PIXELS) {
      scrollBy({ top: isAbove ? -SCROLL_PIXELS : SCROLL_PIXELS, behavior: "instant" });
      follow();
    }
    requestAnimationFrame(scroll);
  };
  const end = (dropped: HTMLElement | undefined) => {
    stop.abort();
    row.style.translate = "";
    row.classList.remove("is-dragged");
    target?.classList.remove("is-target-before", "is-target-after");
    resolve(dropped);
  };

  row.classList.add("is-dragged");
  const onMove = ({ pointerId, clientY }: PointerEvent) => {
    if (pointerId !== down.pointerId) return;
    pointerY = clientY;
    follow();
  };
  addEventListener("pointermove", onMove, { signal });
  addEventListener("pointerup", () => end(target), { signal });
  addEventListener("pointercancel", () => end(undefined), { signal });
  addEventListener("keydown", ({ key }) => key === "Escape" && end(undefined), { signal });
  requestAnimationFrame(scroll);
  return promise;
}

function isOver(row: Element, y: number): boolean {
  const { top, bottom } = row.getBoundingClientRect();
  return y >= top && y < bottom;
}
