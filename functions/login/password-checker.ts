import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { type CheckRequest, PasswordVerdict } from "../runtime/password-check.ts";

export type CheckPassword = (credentials: Omit<CheckRequest, "action">) => Promise<PasswordVerdict>;

/**
 * Asks the function that reaches the database. Throws if that fails, because then nothing is known.
 */
export const createPasswordChecker =
  (lambda: LambdaClient, functionName: string): CheckPassword =>
  async (credentials) => {
    const request: CheckRequest = { action: "check", ...credentials };
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: functionName, Payload: JSON.stringify(request) }),
    );
    if (FunctionError) throw new Error("The function that checks passwords failed; see its log.");
    return PasswordVerdict.parse(JSON.parse(Payload?.transformToString() ?? ""));
  };
