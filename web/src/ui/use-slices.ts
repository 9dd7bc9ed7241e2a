import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";

/** A page of the history. A slow telephone draws so many within a few frames. */
const ROWS_A_FRAME = 20;

/**
 * Draws a long list in slices: each frame adds a few of the rows that aren't drawn yet, so that a page with
 * hundreds of them still answers to keys and scrolls smoothly.
 *
 * @param keyOf names an item, as the `key` of its row does.
 * @returns the first items, as many as may be drawn now.
 */
export function useSlices<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const before = useRef<ReadonlySet<string>>(new Set());
  const frame = useSignal(0);
  let newCount = 0;
  const end = items.findIndex(
    (item) => !before.current.has(keyOf(item)) && newCount++ === ROWS_A_FRAME,
  );
  const now = end < 0 ? items : items.slice(0, end);
  // Reading it is what draws the next slice.
  const { value } = frame;

  useLayoutEffect(() => {
    const request = requestAnimationFrame(() => {
      before.current = new Set(now.map(keyOf));
      if (now.length < items.length) frame.value = value + 1;
    });
    return () => cancelAnimationFrame(request);
  });
  return now;
}
