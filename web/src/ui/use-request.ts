import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { describeRequestError } from "../texts/describe.ts";
import type { Text } from "../texts/text.ts";

/**
 * Runs a component's requests one at a time: of two that overlap, the earlier could arrive last. They
 * end with the component, since a request that outlives the session would go on as whoever signs in
 * next.
 */
export function useRequest() {
  const fault = useSignal<Text | undefined>(undefined);
  const isBusy = useRef(false);
  const abort = useMemo(() => new AbortController(), []);
  useEffect(() => () => abort.abort(), []);

  /**
   * Puts `failed` and the reason into `fault` if the request fails.
   *
   * @returns false if another request is under way, and this one wasn't made.
   */
  const attempt = async (failed: Text, request: (signal: AbortSignal) => Promise<void>) => {
    if (isBusy.current) return false;
    isBusy.current = true;
    fault.value = undefined;
    try {
      await request(abort.signal);
    } catch (error) {
      const reason = describeRequestError(error);
      if (!abort.signal.aborted) fault.value = (texts) => `${failed(texts)} ${reason(texts)}`;
    } finally {
      isBusy.current = false;
    }
    return true;
  };
  return { fault, attempt };
}
