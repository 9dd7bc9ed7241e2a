import { createRangeRead } from "../engine/reading/http-ranges.ts";
import type { SourceReader } from "../engine/types.ts";

/**
 * Opens an http or https address as a source. Its server has to serve ranges, as S3's presigned
 * URLs do.
 */
export async function openAddress(address: string): Promise<SourceReader> {
  const answer = await fetch(address, { headers: { range: "bytes=0-0" } });
  await answer.body?.cancel();
  const sizeBytes = /^bytes 0-0\/(\d+)$/.exec(answer.headers.get("content-range") ?? "")?.[1];
  if (answer.status !== 206 || !sizeBytes) {
    throw new Error(`${new URL(address).host} answers a range request with ${answer.status}`);
  }
  return { sizeBytes: Number(sizeBytes), read: createRangeRead(answer.url) };
}
