import { createHash, randomUUID } from "node:crypto";
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { SignJWT } from "jose";
import { awsConfig } from "../harness/stack.ts";

/** A session token of this deployment that ended an hour ago. */
export async function signExpiredToken(): Promise<string> {
  const client = new SecretsManagerClient(awsConfig);
  const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
  const secret = SecretList.find(({ Name }) => /token|jwt/i.test(Name ?? ""));
  const { SecretString = "" } = await client.send(
    new GetSecretValueCommand({ SecretId: secret?.ARN }),
  );
  const key = Buffer.from(SecretString);
  const kid = createHash("sha256").update(key).digest("base64url").slice(0, 16);
  return new SignJWT({ email: "ada@example.org", role: "user" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid })
    .setSubject(randomUUID())
    .setIssuer("tapedeck")
    .setAudience("tapedeck-api")
    .setIssuedAt("2h ago")
    .setExpirationTime("1h ago")
    .sign(key);
}
