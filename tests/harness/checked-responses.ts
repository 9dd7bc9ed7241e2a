import assert from "node:assert/strict";
import { after } from "node:test";
import type { BrowserContext, Response } from "playwright-core";
import { DescribedAnswers } from "./described-answers.ts";

const checked = new WeakSet<BrowserContext>();

/**
 * Compares every answer that the context's pages get from the API with the API's document. A wrong
 * answer fails the test at its end; until then the page goes on, as it would for a user.
 */
export function checkEveryResponse(context: BrowserContext, apiUrl: string): void {
  if (checked.has(context)) return;
  checked.add(context);
  const described = DescribedAnswers.read(apiUrl);
  const checks: Promise<string | undefined>[] = [];
  context.on("response", (response) => {
    if (response.url().startsWith(`${apiUrl}/`)) checks.push(check(response, described));
  });
  after(async () => {
    const differences = (await Promise.all(checks)).filter((difference) => difference);
    assert.deepEqual(differences, []);
  });
}

async function check(response: Response, described: Promise<DescribedAnswers>) {
  // A redirect has no body, and a body can't be read once the page has left for another.
  const body = await response.text().catch(() => undefined);
  return (await described).findDifference({
    method: response.request().method(),
    url: response.url(),
    status: response.status(),
    headers: new Headers(response.headers()),
    body,
  });
}
