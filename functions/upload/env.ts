import { z } from "zod";

export const Environment = z.object({
  JWT_SECRET_ARN: z.string().min(1),
  SOURCE_BUCKET: z.string().min(1),
  RESULT_BUCKET: z.string().min(1),
  VIDEO_QUEUE_URL: z.url(),
  MAX_SOURCE_BYTES: z.coerce.number().int().positive(),
  OPEN_JOBS_PER_USER: z.coerce.number().int().positive(),
  BYTES_PER_USER_AND_DAY: z.coerce.number().int().positive(),
  MINUTES_PER_USER_AND_DAY: z.coerce.number().int().positive(),
  PUBLIC_S3_ENDPOINT: z.url().optional(),
});
