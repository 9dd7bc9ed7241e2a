import type { TestContext } from "node:test";

/**
 * Lets `setTimeout` call back at once until the test ends.
 *
 * @returns the list of the pauses that were asked for, in milliseconds
 */
export function skipPauses(t: Pick<TestContext, "mock">): number[] {
  const pauses: number[] = [];
  t.mock.method(globalThis, "setTimeout", (callback: () => void, milliseconds: number) => {
    pauses.push(milliseconds);
    return setImmediate(callback);
  });
  return pauses;
}
