import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { Claims } from "../../contract/api.ts";
import { JobId, OwnerId } from "../../contract/job.ts";
import { Refusal } from "./errors.ts";
import type { HttpRequest } from "./http.ts";
import type { ReadRevocations } from "./revocations.ts";

/** HMAC keys by their id. */
export interface SigningKeys {
  current(): Promise<{ kid: string; key: Uint8Array }>;
  /** Also finds the previous key. */
  find(kid: string): Promise<Uint8Array | undefined>;
}

export const SESSION_SECONDS = 12 * 60 * 60;
/** How long the link in an email works. */
export const LINK_DAYS = 7;
const LINK_SECONDS = LINK_DAYS * 24 * 60 * 60;

const ISSUER = "tapedeck";
/**
 * There is one audience for each purpose, so that a link can't be used as a session or vice versa
 * (RFC 8725, 3.9).
 */
const SESSION_AUDIENCE = "tapedeck-api";
const LINK_AUDIENCE = "tapedeck-download";
const UNSUBSCRIBE_AUDIENCE = "tapedeck-unsubscribe";
/** Emails are read late; the key's rotation ends it before. */
const UNSUBSCRIBE_SECONDS = 365 * 24 * 60 * 60;

const LinkClaims = z.object({ owner: OwnerId, jobId: JobId });
type LinkClaims = z.infer<typeof LinkClaims>;
const UnsubscribeClaims = z.object({ owner: OwnerId });
type UnsubscribeClaims = z.infer<typeof UnsubscribeClaims>;

export interface Tokens {
  issueSession(user: { id: string; email: string; role: Claims["role"] }): Promise<string>;
  /** @throws Refusal `unauthenticated` */
  verifySession(token: string): Promise<Claims>;
  /** Issues a token that opens the download of one job, for {@link LINK_DAYS}. */
  issueLink(link: LinkClaims): Promise<string>;
  /** @throws Refusal `unauthenticated` */
  verifyLink(token: string): Promise<LinkClaims>;
  /** A token that stops one user's emails, and does nothing else. */
  issueUnsubscribe(user: UnsubscribeClaims): Promise<string>;
  /** @throws Refusal `unauthenticated` */
  verifyUnsubscribe(token: string): Promise<UnsubscribeClaims>;
}

/** For functions that only issue tokens and may not read the list. */
export const ISSUES_ONLY: ReadRevocations = () =>
  Promise.reject(new Error("This function issues tokens and verifies none."));

/** What a token is for, and the refusals if it isn't valid. */
interface Purpose<Schema extends z.ZodType> {
  audience: string;
  claims: Schema;
  invalid(): Refusal;
  expired(): Refusal;
}

const unauthenticated = (code: string, message: string) => () =>
  new Refusal("unauthenticated", code, message);

const SESSION = {
  audience: SESSION_AUDIENCE,
  claims: Claims,
  invalid: unauthenticated("invalid-token", "The token is not valid. Sign in again."),
  expired: unauthenticated("expired-token", "The session has ended. Sign in again."),
};
const LINK = {
  audience: LINK_AUDIENCE,
  claims: LinkClaims,
  invalid: unauthenticated("invalid-link", "This link is not valid. Copy the whole link."),
  expired: unauthenticated("expired-link", "This link has expired. Sign in to download the MP3."),
};

const UNSUBSCRIBE = {
  audience: UNSUBSCRIBE_AUDIENCE,
  claims: UnsubscribeClaims,
  invalid: unauthenticated("invalid-link", "This link is not valid. Copy all of it."),
  expired: unauthenticated(
    "expired-link",
    "This link has expired. Sign in to choose which emails you get.",
  ),
};

/** HS256, with everything pinned that RFC 8725 recommends. */
export function createTokens(keys: SigningKeys, readRevocations: ReadRevocations): Tokens {
  async function issue(payload: Record<string, unknown>, audience: string, seconds: number) {
    const { kid, key } = await keys.current();
    // The clock is read once. Otherwise a second could pass between two readings.
    const issuedAt = Math.floor(Date.now() / 1000);
    return new SignJWT(payload)
      .setProtectedHeader({ alg: "HS256", typ: "JWT", kid })
      .setIssuer(ISSUER)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + seconds)
      .sign(key);
  }

  async function verify<Schema extends z.ZodType>(
    token: string,
    { audience, claims, invalid, expired }: Purpose<Schema>,
  ): Promise<z.infer<Schema>> {
    try {
      const { payload } = await jwtVerify(
        token,
        async ({ kid }) => {
          const key = kid ? await keys.find(kid) : undefined;
          if (!key) throw new errors.JWKSNoMatchingKey();
          return key;
        },
        {
          algorithms: ["HS256"],
          typ: "JWT",
          issuer: ISSUER,
          audience,
          requiredClaims: ["exp", "iat"],
        },
      );
      return claims.parse(payload);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw expired();
      // The claims don't fit the schema. An earlier release may have issued others.
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) throw invalid();
      throw error;
    }
  }

  return {
    issueSession: ({ id, email, role }) =>
      issue({ sub: id, email, role }, SESSION_AUDIENCE, SESSION_SECONDS),

    async verifySession(token) {
      const claims = await verify(token, SESSION);
      const { disabled, sessionsFrom } = await readRevocations();
      if (disabled.includes(claims.sub) || claims.iat < (sessionsFrom[claims.sub] ?? 0)) {
        throw new Refusal(
          "unauthenticated",
          "session-ended",
          "The session has been ended. Sign in again.",
        );
      }
      return claims;
    },

    issueUnsubscribe: (user) => issue({ ...user }, UNSUBSCRIBE_AUDIENCE, UNSUBSCRIBE_SECONDS),
    verifyUnsubscribe: (token) => verify(token, UNSUBSCRIBE),

    issueLink: (link) => issue({ ...link }, LINK_AUDIENCE, LINK_SECONDS),

    async verifyLink(token) {
      const link = await verify(token, LINK);
      if ((await readRevocations()).disabled.includes(link.owner)) {
        throw new Refusal(
          "unauthenticated",
          "invalid-link",
          "This link no longer works: its user was disabled.",
        );
      }
      return link;
    },
  };
}

/**
 * Returns the caller's claims, from `Authorization: Bearer`.
 *
 * @throws Refusal `unauthenticated`
 */
export async function authenticate(tokens: Tokens, request: HttpRequest): Promise<Claims> {
  const [scheme = "", token = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme.toLowerCase() !== "bearer" || !token) {
    throw new Refusal(
      "unauthenticated",
      "missing-token",
      "Sign in first: send the token from POST /login as 'Authorization: Bearer <token>'.",
    );
  }
  return tokens.verifySession(token);
}
