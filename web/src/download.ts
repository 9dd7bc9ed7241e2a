import type { ApiClient } from "../../client/api-client.ts";
import { NetworkError, StorageError } from "../../client/errors.ts";

/** Long enough for any browser to have asked where to save the file. */
const FRAME_LIFE_MILLISECONDS = 60_000;

/**
 * Saves a job's MP3 through a freshly signed link. First asks the storage for the first byte, and
 * then downloads in a hidden frame, so a refusal never replaces the page.
 *
 * @throws what the API throws, StorageError or NetworkError.
 */
export async function downloadMp3(api: ApiClient, jobId: string): Promise<void> {
  const { url } = await api.readDownload(jobId);
  await checkReadable(url);
  saveInFrame(url);
}

/** Throws unless the storage serves the object at `url`. */
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
