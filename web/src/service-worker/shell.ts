import type { FetchEvent } from "./scope.ts";

const SHELL = "shell";
const PAGE = "./index.html";

/** Keeps the page and the files that it names, and drops those of an earlier version. */
export async function keepShell(): Promise<void> {
  await keepPage(await fetch(PAGE, { cache: "no-cache" }));
}

async function keepPage(page: Response): Promise<void> {
  if (!page.ok) return;
  const shell = await caches.open(SHELL);
  const html = await page.clone().text();
  const assets = [...html.matchAll(/(?:src|href)="(\.\/[^"]+)"/g)].flatMap(
    ([, path]) => path ?? [],
  );
  const kept = new Set(assets.map((path) => new URL(path, self.location.href).href));
  const known = new Set((await shell.keys()).map(({ url }) => url));
  const isNew = [...kept].some((url) => !known.has(url));
  if (isNew) {
    for (const request of await shell.keys()) {
      if (!kept.has(request.url)) await shell.delete(request);
    }
    await shell.addAll(assets.filter((path) => !known.has(new URL(path, self.location.href).href)));
  }
  await shell.put(PAGE, page);
}

/** Keeps files of the page that were loaded on demand. */
export async function keepAssets(urls: readonly string[]): Promise<void> {
  const shell = await caches.open(SHELL);
  const known = new Set((await shell.keys()).map(({ url }) => url));
  await shell.addAll(urls.filter((url) => !known.has(url)));
}

/** Answers with the newest page, or else, without a network, with the kept one. */
export async function answerPage(event: FetchEvent): Promise<Response> {
  try {
    const page = await fetch(event.request);
    const copy = page.clone();
    event.waitUntil(keepPage(copy));
    return page;
  } catch (error) {
    const kept = await (await caches.open(SHELL)).match(PAGE);
    if (kept === undefined) throw error;
    return kept;
  }
}

/**
 * Answers with a file under assets/. Such files have a hash in their names, so a kept one never
 * changes.
 */
export async function answerAsset(request: Request): Promise<Response> {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept !== undefined) return kept;
  const asset = await fetch(request);
  if (asset.ok) await shell.put(request, asset.clone());
  return asset;
}
