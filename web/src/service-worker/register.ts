import { addFiles } from "../app-state.ts";
import { say } from "../texts/current.ts";
import type { FileNameHeader, PageMessage, SharedCache, SharedQuery } from "./messages.ts";

const SHARED_CACHE: SharedCache = "shared";
const SHARED_QUERY: SharedQuery = "shared";
const FILE_NAME_HEADER: FileNameHeader = "x-file-name";

declare global {
  // https://wicg.github.io/web-app-launch/
  interface Window {
    launchQueue?: {
      setConsumer(consumer: (launch: { files: readonly FileSystemFileHandle[] }) => void): void;
    };
  }
}

/** Installs the service worker where the browser has one, and takes files that other apps handed over. */
export async function registerServiceWorker() {
  window.launchQueue?.setConsumer(async ({ files }) => {
    if (files.length > 0) await addFiles(await Promise.all(files.map((file) => file.getFile())));
  });
  if (!("serviceWorker" in navigator)) return;
  // If the browser refuses it (as in some private windows), the page still works.
  const { serviceWorker } = navigator;
  await serviceWorker.register("./service-worker.js").then(keepLoaded, () => {});
  if (new URLSearchParams(location.search).has(SHARED_QUERY)) await takeShared();
}

/**
 * Asks the worker to keep the code that the page fetched on demand, beside the files that its HTML
 * names.
 */
async function keepLoaded() {
  await import("../workspace.tsx");
  const assets = new URL("./assets/", location.href).href;
  const keep = performance
    .getEntriesByType("resource")
    .map(({ name }) => name)
    .filter((name) => name.startsWith(assets));
  (await navigator.serviceWorker.ready).active?.postMessage({ keep } satisfies PageMessage);
}

async function takeShared() {
  history.replaceState(null, "", location.pathname);
  const shared = await caches.open(SHARED_CACHE);
  const files: File[] = [];
  for (const request of await shared.keys()) {
    const response = await shared.match(request);
    if (response === undefined) continue;
    const name =
      decodeURIComponent(response.headers.get(FILE_NAME_HEADER) ?? "") ||
      say(({ unnamedVideo }) => unnamedVideo);
    const blob = await response.blob();
    files.push(new File([blob], name, { type: blob.type }));
    await shared.delete(request);
  }
  if (files.length > 0) await addFiles(files);
}
