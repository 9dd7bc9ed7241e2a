/**
 * Every custom metric and its unit. Each is billed by the month for each service that uses it, so
 * the only dimension is the service. A dimension by job or user would make each of them a metric.
 */
export const METRICS = {
  /** How long a job's owner waits, and the stages in order: functions/converter/stage-meter.ts */
  ReadyTime: "Milliseconds",
  AnnounceTime: "Milliseconds",
  QueueTime: "Milliseconds",
  FirstFrameTime: "Milliseconds",
  ConversionTime: "Milliseconds",
  /** How many seconds of audio are converted per second. */
  RealTimeFactor: "Count",
  ConvertedAudio: "Seconds",
  /** How much of the sources the converter reads. */
  BytesRead: "Bytes",
  /** Videos that can't be converted. Their owners get the reason. */
  PermanentFailures: "Count",
  /** Permanent failures because of a bug in the engine. */
  EngineErrors: "Count",
  /** Messages that a worker received before, and that made it throw or die. */
  Retries: "Count",
} as const;
export type MetricName = keyof typeof METRICS;
