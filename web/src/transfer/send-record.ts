import type { ApiClient } from "../../../client/api-client.ts";
import { createXhrTransport } from "../../../client/browser/xhr-transport.ts";
import { BlobSource } from "../../../client/byte-source.ts";
import { withRetries } from "../../../client/retry.ts";
import { type SendHooks, sendSource } from "../../../client/send.ts";
import { toBase64 } from "../picture.ts";
import { readOptions } from "./options.ts";
import type { TransferRecord } from "./records.ts";

const sendByXhr = createXhrTransport();

export interface Body {
  kind: "file" | "soundtrack";
  blob: Blob;
}

/**
 * Sends a file, or its soundtrack.
 *
 * @returns the job's id. Throws what {@link sendSource} throws.
 */
export async function sendRecord(
  api: ApiClient,
  record: TransferRecord,
  { kind, blob }: Body,
  cover: Blob | undefined,
  hooks: SendHooks,
): Promise<string> {
  const { audioTrack, chapters, ...ofBoth } = record;
  const contentType = kind === "file" ? blob.type : record.soundtrack?.contentType;
  return sendSource(
    api,
    sendByXhr,
    {
      fileName: record.fileName,
      contentType: contentType || "application/octet-stream",
      // A soundtrack has only the chosen track, and no chapters.
      options: readOptions({ ...ofBoth, ...(kind === "file" ? { audioTrack } : { chapters }) }),
      cover: cover && (await toBase64(cover)),
      source: new BlobSource(blob),
      known: record.job,
    },
    hooks,
  );
}

/**
 * Converts an earlier job's source again with a record's options.
 *
 * @returns the new job's id. Throws what the API throws.
 */
export async function convertSourceAgain(
  api: ApiClient,
  earlierJobId: string,
  record: TransferRecord,
  cover: Blob | undefined,
  signal: AbortSignal,
): Promise<string> {
  const options = readOptions(record);
  const picture = cover && (await toBase64(cover));
  const again = { options, ...(picture && { cover: picture }) };
  const made = await withRetries(() => api.convertAgain(earlierJobId, again, signal), { signal });
  return made.jobId;
}
