import { createHash } from "node:crypto";
import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import type { SigningKeys } from "./tokens.ts";

/** A rotation reaches every warm function after this long at the latest. */
const CACHE_SECONDS = 300;

/**
 * The token secret from Secrets Manager. A key's id is a digest of the secret, so it changes with each
 * version and needs no second look-up; the version before still verifies after a rotation.
 */
export function createSecretKeys(secretArn: string): SigningKeys {
  // One provider a stage: their caches tell secrets apart by name only.
  const providers = { AWSCURRENT: new SecretsProvider(), AWSPREVIOUS: new SecretsProvider() };

  async function read(stage: keyof typeof providers) {
    const secret = await providers[stage].get(secretArn, {
      maxAge: CACHE_SECONDS,
      sdkOptions: { VersionStage: stage },
    });
    const key = Buffer.from(String(secret));
    return { kid: createHash("sha256").update(key).digest("base64url").slice(0, 16), key };
  }

  /** Unknown key ids cost nothing to make up: don't ask again each time whether there is a previous version. */
  let noPreviousUntil = 0;

  async function readPrevious() {
    if (Date.now() < noPreviousUntil) return undefined;
    try {
      return await read("AWSPREVIOUS");
    } catch (error) {
      if (!isMissingVersion(error)) throw error;
      noPreviousUntil = Date.now() + CACHE_SECONDS * 1000;
      return undefined;
    }
  }

  return {
    current: () => read("AWSCURRENT"),
    async find(kid) {
      const current = await read("AWSCURRENT");
      if (current.kid === kid) return current.key;
      const previous = await readPrevious();
      return previous?.kid === kid ? previous.key : undefined;
    },
  };
}

/** Before the first rotation there is no previous version. */
function isMissingVersion(error: unknown): boolean {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return cause instanceof Error && cause.name === "ResourceNotFoundException";
}
