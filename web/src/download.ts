import type { ApiClient } from "../../client/api-client.ts";
import { NetworkError, StorageError } from "../../client/errors.ts";

/** Long enough for any browser to have asked where to save the file. */
const FRAME_LIFE_MILLISECONDS = 60_000;

/**
 * Saves a job's MP3, by a link that was signed just now. The storage is asked for the first byte
 * before, and the download runs in a frame of its own: a refusal can never take the place of the page.
 *
 * @throws what the API throws, StorageError or NetworkError.
 */
export async function downloadMp3(api: ApiClient, jobId: string): Promise<void> {
  const { url } = await api.readDownload(jobId);
  await checkReadable(url);
  saveInFrame(url);
}

/** Throws unless the storage hands out what is at `url`. */
async function checkReadable(url: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch(url, { headers: { Range: "bytes=0-0" } });
  } catch (cause) {
    throw new NetworkError("The storage can't be reached.", { cause });
  }
  await response.body?.cancel();
  if (!response.ok) throw new StorageError(response.status, undefined);
}

/** Opens an address that answers with an attachment. */
export function saveInFrame(url: string) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = url;
  document.body.append(frame);
  setTimeout(() => frame.remove(), FRAME_LIFE_MILLISECONDS);
}
