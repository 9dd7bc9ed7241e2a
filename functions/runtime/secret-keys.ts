import { createHash } from "node:crypto";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { PROMPT } from "./patience.ts";
import type { SigningKeys } from "./tokens.ts";

/** How long a warm function signs with a key before it looks for a newer one. */
const CACHE_SECONDS = 300;
/** Anyone can invent key ids, so an unknown one makes a function look again only this often. */
const LOOK_AGAIN_SECONDS = 10;
/**
 * A key signs only after every verifier was free to look for it, plus some time for differing
 * clocks.
 */
const SETTLE_SECONDS = 3 * LOOK_AGAIN_SECONDS;

interface Version {
  kid: string;
  key: Uint8Array;
  createdAt: number;
}

/**
 * The token secret from Secrets Manager. A key's id is a digest of the secret, so it changes with
 * each version and needs no second look-up. After a rotation the previous version still verifies,
 * and signs for the first `settleSeconds` of the new one, so that no request fails.
 */
export function createSecretKeys(
  secretArn: string,
  { settleSeconds = SETTLE_SECONDS } = {},
): SigningKeys {
  const client = new SecretsManagerClient(PROMPT);

  async function read(VersionStage: "AWSCURRENT" | "AWSPREVIOUS"): Promise<Version> {
    const { SecretString = "", CreatedDate } = await client.send(
      new GetSecretValueCommand({ SecretId: secretArn, VersionStage }),
    );
    const key = Buffer.from(SecretString);
    const kid = createHash("sha256").update(key).digest("base64url").slice(0, 16);
    return { kid, key, createdAt: CreatedDate?.getTime() ?? 0 };
  }

  /** Before the first rotation there is no previous version. */
  const readPrevious = () =>
    read("AWSPREVIOUS").catch((error: unknown) => {
      if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
      throw error;
    });

  let signing: { version: Version; until: number } | undefined;
  /** The keys when they were last read, by id. */
  let lookedAt = 0;
  let known = new Map<string, Uint8Array>();

  return {
    async current() {
      if (signing && Date.now() < signing.until) return signing.version;
      const newest = await read("AWSCURRENT");
      const settledAt = newest.createdAt + settleSeconds * 1000;
      const previous = Date.now() < settledAt ? await readPrevious() : undefined;
      signing = previous
        ? { version: previous, until: settledAt }
        : { version: newest, until: Date.now() + CACHE_SECONDS * 1000 };
      return signing.version;
    },
    async find(kid) {
      const key = known.get(kid);
      const age = Date.now() - lookedAt;
      if (key && age < CACHE_SECONDS * 1000) return key;
      // Another function may sign with a newer key already.
      if (age > LOOK_AGAIN_SECONDS * 1000) {
        const versions = await Promise.all([read("AWSCURRENT"), readPrevious()]);
        known = new Map(versions.flatMap((each) => (each ? [[each.kid, each.key]] : [])));
        lookedAt = Date.now();
      }
      return known.get(kid);
    },
  };
}
