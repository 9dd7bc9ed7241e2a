import { z } from "zod";

export const Environment = z.object({
  JWT_SECRET_ARN: z.string().min(1),
  CHECK_PASSWORD_FUNCTION: z.string().min(1),
});
