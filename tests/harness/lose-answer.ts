import type { S3Client } from "@aws-sdk/client-s3";

/**
 * From now on the answer to the client's next request of these methods gets lost: the request takes effect, and the client sees a broken connection, upon which the SDK sends it again.
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
