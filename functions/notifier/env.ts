import { z } from "zod";

export const Environment = z.object({
  RESULT_BUCKET: z.string().min(1),
  JWT_SECRET_ARN: z.string().min(1),
  MP3_QUEUE_URL: z.url(),
  PARKED_QUEUE_URL: z.url(),
  SENDER_ADDRESS: z.email(),
  /** Free LocalStack has none. */
  SES_CONFIGURATION_SET: z.string().min(1).optional(),
  PUBLIC_API_URL: z.url(),
  RESULT_RETENTION_DAYS: z.coerce.number().int().positive(),
  PAGE_URL: z.url(),
});
