import { z } from "zod";

export const Environment = z.object({ MAX_SOURCE_BYTES: z.coerce.number().int().positive() });
