import type { TestContext } from "node:test";

/** The shortest pause between two tries. Node's own timers are shorter, and have to run. */
const SHORTEST_MILLISECONDS = 500;

/**
 * Ends pauses between tries at once, until the mocks are restored.
 *
 * @param longestMilliseconds must be less than any timeout that matters
 * @returns the list of these pauses, in milliseconds
 */
export function skipPauses(
  { mock }: Pick<TestContext, "mock">,
  longestMilliseconds = Number.POSITIVE_INFINITY,
): number[] {
  const pauses: number[] = [];
  const { setTimeout } = globalThis;
  mock.method(globalThis, "setTimeout", (callback: () => void, milliseconds = 0) => {
    const isPause = milliseconds >= SHORTEST_MILLISECONDS && milliseconds <= longestMilliseconds;
    if (!isPause) return setTimeout(callback, milliseconds);
    pauses.push(milliseconds);
    return setImmediate(callback);
  });
  return pauses;
}
