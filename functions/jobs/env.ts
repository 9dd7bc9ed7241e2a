import { z } from "zod";

export const Environment = z.object({
  JWT_SECRET_ARN: z.string().min(1),
  SOURCE_BUCKET: z.string().min(1),
  RESULT_BUCKET: z.string().min(1),
  PAGE_URL: z.url(),
  SOURCE_RETENTION_DAYS: z.coerce.number().int().positive(),
  RESULT_RETENTION_DAYS: z.coerce.number().int().positive(),
});
