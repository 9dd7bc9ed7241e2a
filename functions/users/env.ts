import { z } from "zod";
import { DatabaseEnvironment } from "../database/connection.ts";

export const Environment = z.object({ RESULT_BUCKET: z.string().min(1) }).and(DatabaseEnvironment);
