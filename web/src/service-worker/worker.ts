/*
 * The service worker. It keeps the page's own files, so that the page opens without a network; it
 * takes the videos that other apps share with an installed page; and it streams ZIPs, because only
 * a service worker can write a download piece by piece in every browser, without holding it in
 * memory.
 */

import type { PageMessage } from "./messages.ts";
import type { ExtendableEvent, FetchEvent, ServiceWorkerScope } from "./scope.ts";
import { answerZip, prepareZip } from "./serve-zip.ts";
import { answerShare } from "./share.ts";
import { answerAsset, answerPage, keepAssets, keepShell } from "./shell.ts";

const worker = self as unknown as ServiceWorkerScope;
const base = new URL("./", worker.location.href);

worker.addEventListener("install", (event: ExtendableEvent) => {
  worker.skipWaiting();
  event.waitUntil(keepShell());
});

worker.addEventListener("activate", (event: ExtendableEvent) => {
  event.waitUntil(worker.clients.claim());
});

worker.addEventListener("message", (event: ExtendableEvent & MessageEvent) => {
  const { keep = [] } = event.data as PageMessage;
  event.waitUntil(Promise.all([keepAssets(keep), prepareZip(event)]));
});

worker.addEventListener("fetch", (event: FetchEvent) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== base.origin || !url.pathname.startsWith(base.pathname)) return;
  const path = url.pathname.slice(base.pathname.length);
  if (request.method === "POST" && path === "share") event.respondWith(answerShare(request));
  if (request.method !== "GET") return;
  if (path.startsWith("zip/")) event.respondWith(answerZip(path.slice("zip/".length)));
  else if (path.startsWith("assets/")) event.respondWith(answerAsset(request));
  else if (path === "" || path === "index.html") event.respondWith(answerPage(event));
});
