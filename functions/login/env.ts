import { z } from "zod";
import { DatabaseEnvironment } from "../database/connection.ts";

export const Environment = z.object({ JWT_SECRET_ARN: z.string().min(1) }).and(DatabaseEnvironment);
