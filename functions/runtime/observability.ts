import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";

/** Named by POWERTOOLS_SERVICE_NAME. Logs carry codes and ids, never tokens, addresses or file names. */
export const logger = new Logger();
/** In the namespace POWERTOOLS_METRICS_NAMESPACE, written to the log in CloudWatch's embedded format. */
export const metrics = new Metrics();
export const tracer = new Tracer({ captureHTTPsRequests: false });
