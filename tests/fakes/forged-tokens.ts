import { createHmac } from "node:crypto";

/** Made without the library that verifies, so that nothing refuses to make them. */
export interface Forgery {
  header?: Record<string, unknown>;
  payload?: Record<string, unknown>;
  hash?: "sha256" | "sha512";
  /** Undefined leaves the signature out. */
  key?: Uint8Array | undefined;
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A compact JWS, true to RFC 7515 whatever its contents. */
export function forgeToken({ header = {}, payload = {}, hash = "sha256", key }: Forgery): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = key ? createHmac(hash, key).update(signed).digest("base64url") : "";
  return `${signed}.${signature}`;
}
