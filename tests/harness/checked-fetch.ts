import { DescribedAnswers } from "./described-answers.ts";

/**
 * Compares every answer that this process's `fetch` gets from the API with the API's document. A
 * wrong answer is an error for the caller. It is also in the returned list, so that a caller which
 * retries or ignores errors can't hide it.
 */
export function checkEveryFetch(apiUrl: string): readonly string[] {
  const differences: string[] = [];
  const plainFetch = globalThis.fetch;
  let reading: Promise<DescribedAnswers> | undefined;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { method, url } = request;
    if (!url.startsWith(`${apiUrl}/`)) return plainFetch(input, init);
    const answer = await plainFetch(request);
    reading ??= DescribedAnswers.read(apiUrl, plainFetch);
    const { status, headers } = answer;
    const isFromApi = !answer.redirected;
    const body = isFromApi ? await answer.clone().text() : undefined;
    const difference =
      isFromApi && (await reading).findDifference({ method, url, status, headers, body });
    if (!difference) return answer;
    differences.push(difference);
    throw new Error(`The API's answer isn't what its document says. ${difference}`);
  };
  return differences;
}
