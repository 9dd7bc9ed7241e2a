import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after } from "node:test";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ApiClient } from "../../client/api-client.ts";
import { createPasswordSession } from "../../client/node/password-session.ts";
import { Claims, LoginResponse } from "../../contract/api.ts";
import { invokeFunction } from "../../deployed/invoke-function.ts";
import { type AwsConfig, emulatorConfig } from "../../deployed/stack.ts";
import { type Email, readMailbox } from "../../localstack/mailbox.ts";
import { checkEveryFetch } from "./checked-fetch.ts";
import { takeOver } from "./handover.ts";

export { eventually } from "./eventually.ts";

/** The deployed stack that integration and end-to-end tests share. */
export const stack = takeOver();

export const apiUrl = stack.outputs.ApiUrl;

// Only tests check, because a bench measures the API's time without the check's.
if (process.env.NODE_TEST_CONTEXT) {
  const differences = checkEveryFetch(apiUrl);
  after(() => assert.deepEqual(differences, []));
}

/** The configuration of SDK clients. */
export const awsConfig: AwsConfig = stack.endpoint ? emulatorConfig(stack.endpoint) : {};

/** Opens a client for the stack's buckets. */
export const openS3 = (): S3Client =>
  new S3Client({ ...awsConfig, forcePathStyle: stack.endpoint !== undefined });

/** Opens a client for the stack's queues. */
export const openSqs = (): SQSClient =>
  new SQSClient({ ...awsConfig, useQueueUrlAsEndpoint: stack.endpoint === undefined });

export interface TestUser {
  email: string;
  password: string;
}

/** Creates a user, so that tests that share the stack don't see each other's jobs. */
export async function createUser(role: "user" | "admin" = "user"): Promise<TestUser> {
  const user = {
    email: `user-${randomUUID()}@example.org`,
    password: randomBytes(15).toString("base64url"),
  };
  await invokeUsers({ action: "create", role, ...user });
  return user;
}

export const invokeUsers = (payload: object): Promise<unknown> =>
  invokeFunction(awsConfig, stack.outputs.UsersFunctionName, payload);

/** Creates a user, and signs in. */
export async function signInNewUser(): Promise<{ user: TestUser; client: ApiClient }> {
  const user = await createUser();
  return { user, client: await connect(user) };
}

/** Signs in. @throws ApiError if that is refused */
export async function connect(user: TestUser): Promise<ApiClient> {
  const session = createPasswordSession(apiUrl, user);
  await session.getToken(undefined);
  return new ApiClient(apiUrl, session);
}

/** Reads the user's id, which is part of the keys of their objects. */
export async function readOwner({ email, password }: TestUser): Promise<string> {
  const credentials = Buffer.from(`${email}:${password}`).toString("base64");
  const session = await fetch(`${apiUrl}/login`, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}` },
  });
  const { token } = LoginResponse.parse(await session.json());
  const answer = await fetch(`${apiUrl}/validate`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });
  return Claims.parse(await answer.json()).sub;
}

/** Reads the emails to one user, oldest first. Only emulators show them. */
export async function readMailTo(email: string): Promise<Email[]> {
  if (!stack.endpoint) throw new Error("AWS shows no emails: run this test on an emulator.");
  return (await readMailbox(stack.endpoint)).filter(({ to }) => to.includes(email));
}
