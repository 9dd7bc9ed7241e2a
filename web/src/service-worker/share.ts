import type { FileNameHeader, SharedCache, SharedQuery } from "./messages.ts";

const SHARED_CACHE: SharedCache = "shared";
const SHARED_QUERY: SharedQuery = "shared";
const FILE_NAME_HEADER: FileNameHeader = "x-file-name";
/** As the manifest names it. */
const SHARED_FIELD = "videos";

/**
 * Takes the videos that another app shared with the installed page: keeps them and opens the page,
 * which fetches them. https://w3c.github.io/web-share-target/
 */
export async function answerShare(request: Request): Promise<Response> {
  const form = await request.formData();
  const shared = await caches.open(SHARED_CACHE);
  for (const [at, file] of form.getAll(SHARED_FIELD).entries()) {
    if (!(file instanceof File)) continue;
    const headers = {
      "content-type": file.type || "application/octet-stream",
      [FILE_NAME_HEADER]: encodeURIComponent(file.name),
    };
    await shared.put(`./shared/${Date.now()}-${at}`, new Response(file, { headers }));
  }
  const page = new URL(`./index.html?${SHARED_QUERY}`, self.location.href);
  return Response.redirect(page.href, 303);
}
