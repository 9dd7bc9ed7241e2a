import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { z } from "zod";

export const STACK_NAME = "Tapedeck";

/** What a deployed stack tells: where its parts are. */
export const StackOutputs = z.object({
  ApiUrl: z.url().transform((url) => url.replace(/\/+$/, "")),
  SourceBucketName: z.string(),
  ResultBucketName: z.string(),
  VideoQueueUrl: z.url(),
  VideoDlqUrl: z.url(),
  ParkedVideosUrl: z.url(),
  Mp3QueueUrl: z.url(),
  Mp3DlqUrl: z.url(),
  MigrateFunctionName: z.string(),
  UsersFunctionName: z.string(),
  SenderAddress: z.email(),
  SiteUrl: z.url().optional(),
  SiteBucketName: z.string().optional(),
});
export type StackOutputs = z.infer<typeof StackOutputs>;

/** How SDK clients reach AWS, or an emulator when `endpoint` is given. */
export type AwsConfig = {
  endpoint?: string;
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
};

/** Emulators take any credentials; these never leave the machine. */
export const emulatorConfig = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

/** The stack's outputs, or undefined where there is no such stack or it isn't finished. */
export async function readStackOutputs(config: AwsConfig): Promise<StackOutputs | undefined> {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK_NAME }));
    const stack = Stacks?.[0];
    if (!stack?.StackStatus || !/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus)) {
      return undefined;
    }
    return StackOutputs.parse(
      Object.fromEntries(
        (stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]),
      ),
    );
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

/** The template that the stack was deployed from, or undefined where there is no such stack. */
export async function readDeployedTemplate(config: AwsConfig): Promise<string | undefined> {
  const client = new CloudFormationClient(config);
  try {
    const { TemplateBody } = await client.send(
      new GetTemplateCommand({ StackName: STACK_NAME, TemplateStage: "Original" }),
    );
    return TemplateBody;
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

const FunctionError = z.object({ errorMessage: z.string() });

/**
 * Invokes a function and waits for its answer.
 * Throws an Error with the function's own sentence if it fails.
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
