import type { ApiClient } from "../../../client/api-client.ts";
import { createXhrTransport } from "../../../client/browser/xhr-transport.ts";
import { BlobSource } from "../../../client/byte-source.ts";
import { convertAgain } from "../../../client/convert-again.ts";
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
  const { audioTrack, rightTrack, chapters, ...ofBoth } = record;
  const ofFile = kind === "file" ? { audioTrack, rightTrack } : { chapters };
  const contentType = kind === "file" ? blob.type : record.soundtrack?.contentType;
  return sendSource(
    api,
    sendByXhr,
    {
      fileName: record.fileName,
      contentType: contentType || "application/octet-stream",
      // A soundtrack has only the chosen track, and no chapters.
      options: readOptions({ ...ofBoth, ...ofFile }),
      cover: cover && (await toBase64(cover)),
      source: new BlobSource(blob),
      known: record.job,
    },
    hooks,
  );
}

/**
 * Converts an earlier job's source again with a record's options, as the job with the record's id.
 *
 * Throws what {@link convertAgain} throws.
 */
export async function convertSourceAgain(
  api: ApiClient,
  earlierJobId: string,
  record: TransferRecord,
  cover: Blob | undefined,
  signal: AbortSignal,
): Promise<void> {
  const again = { jobId: record.job?.jobId, options: readOptions(record) };
  const picture = cover && (await toBase64(cover));
  await convertAgain(api, earlierJobId, { ...again, cover: picture }, { signal });
}
