import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { z } from "zod";
import type { AwsConfig } from "./stack.ts";

const FunctionError = z.object({ errorMessage: z.string() });

/**
 * Invokes a function and waits for its answer.
 *
 * @throws Error with the function's own sentence if it fails.
 */
export async function invokeFunction(
  config: AwsConfig,
  functionName: string,
  payload: object,
): Promise<unknown> {
  const client = new LambdaClient(config);
  try {
    const response = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(payload) }),
    );
    const answer: unknown = JSON.parse(response.Payload?.transformToString() || "null");
    if (!response.FunctionError) return answer;
    const failure = FunctionError.safeParse(answer);
    throw new Error(failure.data?.errorMessage ?? `The function ${functionName} failed.`);
  } finally {
    client.destroy();
  }
}
