import { z } from "zod";

export const Environment = z.object({
  JWT_SECRET_ARN: z.string().min(1),
  RESULT_BUCKET: z.string().min(1),
  RESULT_RETENTION_DAYS: z.coerce.number().int().positive(),
  PUBLIC_API_URL: z.url(),
  PAGE_URL: z.url(),
  PUBLIC_S3_ENDPOINT: z.url().optional(),
});
