import { DescribedAnswers } from "./described-answers.ts";

/**
 * Holds every answer that this process's `fetch` gets from the API to the API's document: one that
 * differs is an error for whoever asked. Callers that try again, or forgive errors, don't hide it: it
 * is in the list that is returned.
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
