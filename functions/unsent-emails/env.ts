import { z } from "zod";

export const Environment = z.object({
  RESULT_BUCKET: z.string().min(1),
  UNSENT_QUEUE_URL: z.url(),
  PARKED_QUEUE_URL: z.url(),
});
