import { z } from "zod";
import { Claims } from "../../contract/api.ts";

/**
 * The request that `login` sends to `check-password`. One can sign tokens and the other can reach
 * the database; neither can do both: docs/adr/0080.
 */
export const PasswordCheck = z.discriminatedUnion("action", [
  z.strictObject({
    action: z.literal("check"),
    email: z.string(),
    password: z.string(),
    sourceAddress: z.string(),
  }),
  /** Does nothing. After weeks without a call, Lambda deactivates functions in networks. */
  z.strictObject({ action: z.literal("keep-alive") }),
]);

export type CheckRequest = Extract<z.infer<typeof PasswordCheck>, { action: "check" }>;

export const PasswordVerdict = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("right"),
    user: z.object({ id: z.string(), email: z.string(), role: Claims.shape.role }),
  }),
  /** Also for an unknown address or a disabled user, so that the caller can't tell which. */
  z.object({ kind: z.literal("wrong") }),
  /** The database doesn't answer. */
  z.object({ kind: z.literal("unavailable") }),
  z.object({ kind: z.literal("too-many-attempts"), waitSeconds: z.number() }),
]);
export type PasswordVerdict = z.infer<typeof PasswordVerdict>;
