import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { SignJWT } from "jose";
import { createSecretKeys } from "../../functions/runtime/secret-keys.ts";
import { createTokens } from "../../functions/runtime/tokens.ts";
import { NOBODY_REVOKED } from "../fakes/tokens.ts";
import { awsConfig } from "../harness/stack.ts";

const client = new SecretsManagerClient(awsConfig);
const user = { id: randomUUID(), email: "ada@example.org", role: "user" as const };
const newSecret = () => randomBytes(32).toString("hex");
let arn = "";

/** What a function that starts now knows. A new key signs at once, as it does after half a minute. */
const openTokens = () => createTokens(createSecretKeys(arn, { settleSeconds: 0 }), NOBODY_REVOKED);
const rotate = (secretArn = arn) =>
  client.send(new PutSecretValueCommand({ SecretId: secretArn, SecretString: newSecret() }));

before(async () => {
  if (awsConfig.endpoint) {
    process.env.AWS_ENDPOINT_URL = awsConfig.endpoint;
    process.env.AWS_REGION = awsConfig.region;
    process.env.AWS_ACCESS_KEY_ID = awsConfig.credentials?.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = awsConfig.credentials?.secretAccessKey;
  }
  const { ARN = "" } = await client.send(
    new CreateSecretCommand({ Name: `tapedeck-test-${randomUUID()}`, SecretString: newSecret() }),
  );
  arn = ARN;
});

after(() =>
  client.send(new DeleteSecretCommand({ SecretId: arn, ForceDeleteWithoutRecovery: true })),
);

test("a session outlives one rotation of the secret and not two", async () => {
  const token = await openTokens().issueSession(user);
  assert.equal((await openTokens().verifySession(token)).sub, user.id);
  await rotate();
  assert.equal((await openTokens().verifySession(token)).sub, user.id);
  await rotate();
  await assert.rejects(openTokens().verifySession(token), { code: "invalid-token" });
});

test("a warm function takes the tokens of one that has the new key already, and the old ones", async () => {
  const warm = openTokens();
  const before = await warm.issueSession(user);
  await rotate();
  const after = await openTokens().issueSession(user);
  assert.equal((await warm.verifySession(after)).sub, user.id);
  assert.equal((await warm.verifySession(before)).sub, user.id);
});

test("a rotation fails no request, even if somebody just made a function look for keys", async () => {
  const { ARN = "" } = await client.send(
    new CreateSecretCommand({ Name: `tapedeck-test-${randomUUID()}`, SecretString: newSecret() }),
  );
  const open = () => createTokens(createSecretKeys(ARN), NOBODY_REVOKED);
  const warm = open();
  const signedBefore = await warm.issueSession(user);
  const foreign = await new SignJWT({})
    .setProtectedHeader({ alg: "HS256", typ: "JWT", kid: "made-up" })
    .sign(randomBytes(32));
  await assert.rejects(warm.verifySession(foreign), { code: "invalid-token" });
  await rotate(ARN);
  for (const signer of [open(), warm]) {
    const token = await signer.issueSession(user);
    for (const verifier of [open(), warm]) {
      assert.equal((await verifier.verifySession(token)).sub, user.id);
      assert.equal((await verifier.verifySession(signedBefore)).sub, user.id);
    }
  }
  await client.send(new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }));
});

test("before the first rotation an unknown key id is refused, and isn't an error", async () => {
  const { ARN = "" } = await client.send(
    new CreateSecretCommand({ Name: `tapedeck-test-${randomUUID()}`, SecretString: newSecret() }),
  );
  const foreign = await openTokens().issueSession(user);
  const tokens = createTokens(createSecretKeys(ARN), NOBODY_REVOKED);
  await assert.rejects(tokens.verifySession(foreign), { code: "invalid-token" });
  await client.send(new DeleteSecretCommand({ SecretId: ARN, ForceDeleteWithoutRecovery: true }));
});
