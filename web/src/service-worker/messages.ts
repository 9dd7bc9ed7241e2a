/** What the page and the service worker agree on. */

export interface ZipFile {
  name: string;
  createdAtMs: number;
}

/** To the service worker, with a port to ask for links by. A message without `zip` keeps it alive. */
export interface ZipCommand {
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

export const SHARED_CACHE = "shared";
export const SHARED_FIELD = "videos";
export const SHARED_QUERY = "shared";
export const FILE_NAME_HEADER = "x-file-name";
