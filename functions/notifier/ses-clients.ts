import { SESClient, type SESClientConfig } from "@aws-sdk/client-ses";
import { tracer } from "../runtime/observability.ts";

const TIMEOUTS = { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * Creates clients that share only their connections. A new one costs 0.3 ms more than reusing one
 * (docs/adr/0060-a-client-for-each-email.md).
 *
 * @returns a function that creates a client
 */
export function createSesClients(config: SESClientConfig = {}): () => SESClient {
  const { requestHandler } = new SESClient({ requestHandler: TIMEOUTS, ...config }).config;
  return () => tracer.captureAWSv3Client(new SESClient({ ...config, requestHandler }));
}
