import { SESClient, type SESClientConfig } from "@aws-sdk/client-ses";
import { tracer } from "../runtime/observability.ts";

const TIMEOUTS = { connectionTimeout: 5000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/**
 * Makes clients that share their connections and nothing else. One costs 0.3 ms more than using the
 * one before again (docs/adr/0060-a-client-for-each-email.md).
 *
 * @returns a function that makes a new client each time
 */
export function createSesClients(config: SESClientConfig = {}): () => SESClient {
  const { requestHandler } = new SESClient({ requestHandler: TIMEOUTS, ...config }).config;
  return () => tracer.captureAWSv3Client(new SESClient({ ...config, requestHandler }));
}
