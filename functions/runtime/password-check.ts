import { z } from "zod";
import { Claims } from "../../contract/api.ts";

/**
 * What `login` asks of `check-password`. The one can sign tokens and the other can reach the
 * database; neither can do both: docs/adr/0080.
 */
export const PasswordCheck = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("check"),
    email: z.string(),
    password: z.string(),
    sourceAddress: z.string(),
  }),
  /** Nothing to do but to run: Lambda puts functions in networks to sleep after weeks. */
  z.strictObject({ action: z.literal("keep-alive") }),
]);

export type CheckRequest = Extract<z.infer<typeof PasswordCheck>, { action: "check" }>;

export const PasswordVerdict = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("right"),
    user: z.object({ id: z.string(), email: z.string(), role: Claims.shape.role }),
  }),
  /** Also of an unknown address and of a disabled user: who asks can't tell which. */
  z.object({ kind: z.literal("wrong") }),
  /** The database doesn't answer. */
  z.object({ kind: z.literal("unavailable") }),
  z.object({ kind: z.literal("too-many-attempts"), waitSeconds: z.number() }),
]);
export type PasswordVerdict = z.infer<typeof PasswordVerdict>;
