/**
 * Every custom metric and its unit. Each is paid by the month, for each service that counts it, so
 * the only dimension is the service: one for each job or user would be a metric each.
 */
export const METRICS = {
  /** What a job's owner waits for, and its stages in their order: functions/converter/stage-meter.ts */
  ReadyTime: "Milliseconds",
  AnnounceTime: "Milliseconds",
  QueueTime: "Milliseconds",
  FirstFrameTime: "Milliseconds",
  ConversionTime: "Milliseconds",
  /** Seconds of audio in a second of converting. */
  RealTimeFactor: "Count",
  ConvertedAudio: "Seconds",
  /** Of sources, by the converter. */
  BytesRead: "Bytes",
  /** Videos that can't be converted. Their owners are told why. */
  PermanentFailures: "Count",
  /** Those of them for which a fault of the engine is to blame. */
  EngineErrors: "Count",
  /** Messages that a worker had before, and threw or died. */
  Retries: "Count",
} as const;
export type MetricName = keyof typeof METRICS;
