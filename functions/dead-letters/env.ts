import { z } from "zod";

export const Environment = z.object({
  RESULT_BUCKET: z.string().min(1),
  GIVEN_UP_QUEUE_URL: z.url(),
  PARKED_QUEUE_URL: z.url(),
  MP3_QUEUE_URL: z.url(),
});
