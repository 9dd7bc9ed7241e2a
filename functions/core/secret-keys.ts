import { createHash } from "node:crypto";
import { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import { PROMPT } from "./patience.ts";
import type { SigningKeys } from "./tokens.ts";

/** How long a warm function signs with a key before it looks for a newer one. */
const CACHE_SECONDS = 300;
/** Unknown key ids cost nothing to make up, so they make a function look again only this often. */
const LOOK_AGAIN_SECONDS = 10;

/**
 * The token secret from Secrets Manager. A key's id is a digest of the secret, so it changes with each
 * version and needs no second look-up; the version before still verifies after a rotation.
 */
export function createSecretKeys(secretArn: string): SigningKeys {
  // One provider a stage: their caches tell secrets apart by name only.
  const providers = {
    AWSCURRENT: new SecretsProvider({ clientConfig: PROMPT }),
    AWSPREVIOUS: new SecretsProvider({ clientConfig: PROMPT }),
  };

  async function read(stage: keyof typeof providers, forceFetch = false) {
    const secret = await providers[stage].get(secretArn, {
      maxAge: CACHE_SECONDS,
      forceFetch,
      sdkOptions: { VersionStage: stage },
    });
    const key = Buffer.from(String(secret));
    return { kid: createHash("sha256").update(key).digest("base64url").slice(0, 16), key };
  }

  async function readPrevious(forceFetch: boolean) {
    try {
      return await read("AWSPREVIOUS", forceFetch);
    } catch (error) {
      if (isMissingVersion(error)) return undefined;
      throw error;
    }
  }

  /** The keys at the last look, by id. */
  let lookedAt = 0;
  let known = new Map<string, Uint8Array>();

  return {
    current: () => read("AWSCURRENT"),
    async find(kid) {
      const key = known.get(kid);
      const age = Date.now() - lookedAt;
      if (key && age < CACHE_SECONDS * 1000) return key;
      // Another function may sign with a newer key already.
      if (age > LOOK_AGAIN_SECONDS * 1000) {
        const versions = await Promise.all([read("AWSCURRENT", true), readPrevious(true)]);
        known = new Map(versions.flatMap((each) => (each ? [[each.kid, each.key]] : [])));
        lookedAt = Date.now();
      }
      return known.get(kid);
    },
  };
}

/** Before the first rotation there is no previous version. */
function isMissingVersion(error: unknown): boolean {
  const cause = error instanceof Error && error.cause ? error.cause : error;
  return cause instanceof Error && cause.name === "ResourceNotFoundException";
}
