import { defineConfig } from "vite";
import { listLicenses } from "./licenses.ts";

const licenses = listLicenses();

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
  },
  plugins: [licenses.page],
  worker: { format: "es", plugins: () => [licenses.worker] },
  server: { host: "127.0.0.1" },
});
