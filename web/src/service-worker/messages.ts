/** What the page and the service worker agree on. */

export interface ZipFile {
  name: string;
  createdAtMs: number;
}

/** To the service worker. An empty message keeps it alive. */
export interface PageMessage {
  /** Addresses of the page's own files that it has loaded, to keep for times without a network. */
  keep?: readonly string[];
  /** A ZIP to prepare. Its port is for asking for links. */
  zip?: { id: string; fileName: string; files: readonly ZipFile[] };
}

/** From the service worker, through the port. */
export type ZipReport =
  | { kind: "ready" }
  /** Answered with a {@link ZipLink}. */
  | { kind: "next"; index: number }
  /** The storage refused this one; the ZIP goes on without it. */
  | { kind: "refused"; index: number }
  | { kind: "done" };

/** Through the port: the next file's address, or null to leave the file out. */
export interface ZipLink {
  url: string | null;
}

/*
 * Names that both sides use, as types. Code that both import would become a third file, and a
 * service worker must be a single file.
 */
export type SharedCache = "shared";
export type SharedQuery = "shared";
export type FileNameHeader = "x-file-name";
