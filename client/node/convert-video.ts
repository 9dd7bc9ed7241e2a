import { basename, resolve } from "node:path";
import type { ConversionOptions } from "../../contract/conversion.ts";
import type { JobView } from "../answers.ts";
import type { ApiClient } from "../api-client.ts";
import { isWorthSendingWhole, sendSource } from "../send.ts";
import { FileSource } from "./file-source.ts";
import { createNodeTransport } from "./node-transport.ts";
import { guessContentType, writeSoundtrack } from "./soundtrack-file.ts";
import { type ConversionProgress, downloadStep, inStep, StepError, watchStep } from "./steps.ts";
import { UnfinishedUpload, type UploadRecord } from "./unfinished-uploads.ts";

export interface ConvertVideoOptions {
  videoPath: string;
  mp3Path: string;
  conversion: ConversionOptions;
  /** A picture for the MP3, in base64 (`Cover`). */
  cover?: string | undefined;
  /** Sends the whole video even if its audio track alone would do. */
  sendsWhole?: boolean | undefined;
  signal: AbortSignal;
  onProgress?: ((progress: ConversionProgress) => void) | undefined;
}

const transport = createNodeTransport();

/**
 * Sends a video, or only its audio track if that can be copied exactly. Waits for the MP3 and
 * downloads it. When it is interrupted, the next call for the same video continues.
 *
 * @returns the finished job, and the number of bytes that had to be sent.
 * @throws StepError, or the signal's reason.
 */
export async function convertVideo(
  api: ApiClient,
  options: ConvertVideoOptions,
): Promise<{ job: JobView; sentBytes: number }> {
  const { videoPath, mp3Path, conversion, cover, signal, onProgress = () => {} } = options;
  const source = await inStep("upload", signal, () => FileSource.open(videoPath));
  const { sizeBytes, modifiedAtMilliseconds } = source;
  // A soundtrack has one track.
  let sendsWhole = options.sendsWhole === true || conversion.rightTrack !== undefined;
  for (;;) {
    const upload = await inStep("upload", signal, () =>
      UnfinishedUpload.open([
        api.apiUrl,
        resolve(videoPath),
        sizeBytes,
        modifiedAtMilliseconds,
        conversion,
        cover,
        sendsWhole,
      ]),
    );
    const { audioTrack, ...ofOneTrack } = conversion;
    const body = await inStep("upload", signal, () =>
      chooseBody(source, upload, { sendsWhole, audioTrack }, { signal, onProgress }),
    );
    const isWhole = body.source === source;
    const jobId = await inStep("upload", signal, () =>
      sendSource(
        api,
        transport,
        {
          fileName: basename(videoPath),
          // A soundtrack has only the chosen track.
          options: isWhole
            ? conversion
            : { ...ofOneTrack, ...addChapters(upload.record.soundtrack) },
          cover,
          known: upload.record.job,
          ...body,
        },
        {
          signal,
          remember: (job) => upload.save({ job }),
          show: (sending) => onProgress({ step: "uploading", ...sending }),
        },
      ),
    );
    const job = await watchStep(api, jobId, { signal, onProgress });
    if (job.failure) await upload.forget();
    if (job.failure && !isWhole && isWorthSendingWhole(job.failure.code)) {
      await inStep("conversion", signal, () => api.discardJob(jobId, signal));
      sendsWhole = true;
      continue;
    }
    if (job.failure) throw new StepError("conversion", job.failure.message);
    await downloadStep(api, jobId, mp3Path, { signal, onProgress });
    await upload.forget();
    return { job, sentBytes: body.source.sizeBytes };
  }
}

/**
 * Chooses what to send: the stored soundtrack of an interrupted upload, a new one, or the video.
 */
async function chooseBody(
  video: FileSource,
  upload: UnfinishedUpload,
  { sendsWhole, audioTrack }: { sendsWhole: boolean; audioTrack: number | undefined },
  hooks: Required<Pick<ConvertVideoOptions, "signal">> & {
    onProgress: (progress: ConversionProgress) => void;
  },
): Promise<{ source: FileSource; contentType: string }> {
  const whole = { source: video, contentType: guessContentType(video.path) };
  if (sendsWhole) return whole;
  const { soundtrack, job } = upload.record;
  if (soundtrack) {
    const source = await FileSource.open(upload.soundtrackPath).catch(() => undefined);
    if (source?.sizeBytes === soundtrack.sizeBytes) {
      return { source, contentType: soundtrack.contentType };
    }
    // A second copy could differ in a byte, and parts of two copies don't make one file.
    await upload.save({ soundtrack: undefined, job: undefined });
  } else if (job) return whole;
  const extraction = await writeSoundtrack(video, upload.soundtrackPath, {
    signal: hooks.signal,
    audioTrack,
    onFraction: (fraction) => hooks.onProgress({ step: "reading", fraction }),
  });
  if (extraction.kind === "unavailable") return whole;
  const source = await FileSource.open(upload.soundtrackPath);
  const { contentType, chapters } = extraction;
  const { sizeBytes } = source;
  await upload.save({ soundtrack: { contentType, sizeBytes, chapters: [...chapters] } });
  return { source, contentType };
}

/** A soundtrack lacks the video's chapters, so they are sent beside it. */
const addChapters = (soundtrack: UploadRecord["soundtrack"]) =>
  soundtrack?.chapters?.length ? { chapters: soundtrack.chapters } : {};
