import { createHmac } from "node:crypto";

/** Forges a token without the library that verifies, which would refuse to create it. */
export interface Forgery {
  header?: Record<string, unknown>;
  payload?: Record<string, unknown>;
  hash?: "sha256" | "sha512";
  /** Undefined leaves the signature out. */
  key?: Uint8Array | undefined;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Writes a compact JWS that follows RFC 7515, whatever its contents. */
export function forgeToken({ header = {}, payload = {}, hash = "sha256", key }: Forgery): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = key ? createHmac(hash, key).update(signed).digest("base64url") : "";
  return `${signed}.${signature}`;
}
