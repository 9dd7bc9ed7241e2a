import { z } from "zod";

export const Environment = z.object({
  SOURCE_BUCKET: z.string().min(1),
  RESULT_BUCKET: z.string().min(1),
  VIDEO_QUEUE_URL: z.url(),
  PARKED_QUEUE_URL: z.url(),
  MP3_QUEUE_URL: z.url(),
  EMAIL_DELAY_SECONDS: z.coerce.number().int().nonnegative(),
  FFMPEG_PATH: z.string().min(1),
  CONVERSIONS_PER_USER: z.coerce.number().int().positive(),
  LEASE_SECONDS: z.coerce.number().positive(),
  MAX_SOURCE_BYTES: z.coerce.number().int().positive(),
});
