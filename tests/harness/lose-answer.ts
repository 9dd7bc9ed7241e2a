import type { S3Client } from "@aws-sdk/client-s3";

/**
 * Loses the answer to the client's next request with one of these methods. The request takes effect, and
 * the client sees a broken connection, so the SDK sends it again.
 */
export function loseNextAnswer(
  client: S3Client,
  methods: readonly string[] = ["PUT", "POST", "DELETE"],
): { wasLost: () => boolean } {
  const { requestHandler } = client.config;
  const handle = requestHandler.handle;
  let wasLost = false;
  requestHandler.handle = async (request, options) => {
    const answer = await handle.call(requestHandler, request, options);
    if (wasLost || !methods.includes(request.method)) return answer;
    wasLost = true;
    requestHandler.handle = handle;
    throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
  };
  return { wasLost: () => wasLost };
}
