import { defineConfig } from "vite";
import { listLicenses } from "./licenses.ts";

const licenses = listLicenses();

const at = (path: string) => new URL(path, import.meta.url).pathname;

/**
 * `vite build web` writes web/dist. Addresses are relative: locally the page is below the bucket's
 * path, on AWS at the root of its domain.
 */
export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    modulePreload: { polyfill: false },
    /** No inlined data: addresses, so that the content security policy needn't allow them. */
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { index: at("index.html"), "service-worker": at("src/service-worker/worker.ts") },
      output: {
        // A service worker rules the folder that it lies in, and keeps its name.
        entryFileNames: ({ name }) =>
          name === "service-worker" ? "[name].js" : "assets/[name]-[hash].js",
      },
    },
  },
  plugins: [licenses.page],
  worker: { format: "es", plugins: () => [licenses.worker] },
  server: { host: "127.0.0.1" },
});
