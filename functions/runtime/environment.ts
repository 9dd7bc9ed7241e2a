import type { z } from "zod";

/**
 * Reads a function's environment once, at cold start.
 *
 * @throws Error that names every variable which is missing or wrong.
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  variables: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The function's environment is incomplete. ${faults.join("; ")}`);
}
