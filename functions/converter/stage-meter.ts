import { addMetric, logger } from "../runtime/observability.ts";
import type { OnConverted } from "./convert-job.ts";

/**
 * Measures each stage of the owner's wait: from the end of the upload to the queue, to the start of the
 * conversion, to the first MP3 frame, to the finished record. Earlier tries that failed count as
 * waiting in the queue.
 *
 * @param arrival `uploadedAt` is S3's own time. It is undefined for a job that an operator retries.
 */
export const createStageMeter =
  (arrival: { uploadedAt: string | undefined; queuedAt: number }): OnConverted =>
  ({ jobId, result }, { startedAt, figures }) => {
    const audioSeconds = result?.durationSeconds ?? 0;
    addMetric("ConvertedAudio", audioSeconds);
    addMetric("BytesRead", figures.bytesRead);
    addMetric("RealTimeFactor", audioSeconds / figures.wallSeconds);
    if (arrival.uploadedAt === undefined) return;
    const uploadedAt = Date.parse(arrival.uploadedAt);
    const doneAt = Date.now();
    const firstFrameAt = startedAt + figures.firstFrameSeconds * 1000;
    const stages = {
      AnnounceTime: arrival.queuedAt - uploadedAt,
      QueueTime: startedAt - arrival.queuedAt,
      FirstFrameTime: firstFrameAt - startedAt,
      ConversionTime: doneAt - firstFrameAt,
      ReadyTime: doneAt - uploadedAt,
    };
    for (const [name, milliseconds] of Object.entries(stages)) {
      // The clocks of S3, SQS and the function differ by milliseconds.
      addMetric(name as keyof typeof stages, Math.max(0, Math.round(milliseconds)));
    }
    logger.info("job ready", { jobId, stages });
  };
