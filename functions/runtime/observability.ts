import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";
import { METRICS, type MetricName } from "./metric-names.ts";

/** Named by POWERTOOLS_SERVICE_NAME. Logs carry codes and ids, never tokens, addresses or file names. */
export const logger = new Logger();
/** In the namespace POWERTOOLS_METRICS_NAMESPACE, written to the log in CloudWatch's embedded format. */
export const metrics = new Metrics();
export const tracer = new Tracer({ captureHTTPsRequests: false });

/** Adds to one of {@link METRICS}. They are published when all messages have been handled. */
export const addMetric = (name: MetricName, value: number) =>
  metrics.addMetric(name, METRICS[name], value);

/**
 * Marks the trace of this invocation as a job's, so that X-Ray finds all of a job's traces by
 * `annotation.jobId = "…"`: S3 passes no trace on to the queue. docs/adr/0113
 */
export function annotateJob(jobId: string | undefined): void {
  if (!jobId || !tracer.isTracingEnabled()) return;
  // Lambda's own segment accepts no annotation.
  const mark = tracer.getSegment()?.addNewSubsegment("job");
  mark?.addAnnotation("jobId", jobId);
  mark?.close();
}
