import { randomBytes } from "node:crypto";
import type { ReadRevocations, Revocations } from "../../functions/runtime/revocations.ts";
import { createTokens, type SigningKeys } from "../../functions/runtime/tokens.ts";

/** Keys that can be rotated as Secrets Manager does: one current, one previous. */
export function createMemoryKeys(): SigningKeys & { rotate(): void } {
  let versions: { kid: string; key: Uint8Array }[] = [];
  const rotate = () => {
    versions = [{ kid: randomBytes(4).toString("hex"), key: randomBytes(32) }, ...versions];
    versions = versions.slice(0, 2);
  };
  rotate();
  return {
    rotate,
    async current() {
      const [current] = versions;
      if (!current) throw new Error("There is no key.");
      return current;
    },
    async find(kid) {
      return versions.find((version) => version.kid === kid)?.key;
    },
  };
}

export const NOBODY_REVOKED: ReadRevocations = async () => ({ disabled: [], sessionsFrom: {} });

/** Nobody's tokens are void, unless `revocations` says so. */
export const createMemoryTokens = (revocations: Partial<Revocations> = {}) =>
  createTokens(createMemoryKeys(), async () => ({
    ...(await NOBODY_REVOKED()),
    ...revocations,
  }));

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
