/** What the page and the service worker agree on. */

export interface ZipFile {
  name: string;
  createdAtMs: number;
}

/** To the service worker. An empty message keeps it alive. */
export interface PageMessage {
  /** Addresses of the page's own files that it has loaded, to be kept for when there is no network. */
  keep?: readonly string[];
  /** A ZIP to prepare; comes with a port to ask for links by. */
  zip?: { id: string; fileName: string; files: readonly ZipFile[] };
}

/** From the service worker, by the port. */
export type ZipReport =
  | { kind: "ready" }
  /** Answered with a {@link ZipLink}. */
  | { kind: "next"; index: number }
  /** The storage refused this one; the ZIP goes on without it. */
  | { kind: "refused"; index: number }
  | { kind: "done" };

/** By the port: where the next file is; null leaves it out. */
export interface ZipLink {
  url: string | null;
}

/*
 * Names that both sides write, as types: code that both import would become a third file, and a service
 * worker has to be a single one.
 */
export type SharedCache = "shared";
export type SharedQuery = "shared";
export type FileNameHeader = "x-file-name";
