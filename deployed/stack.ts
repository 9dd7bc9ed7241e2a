import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from "@aws-sdk/client-cloudformation";
import { z } from "zod";
import { DEFAULT_STAGE, stackNameOf } from "./stage-name.ts";

/** An emulator has one stack. */
export const LOCAL_STACK_NAME = stackNameOf(DEFAULT_STAGE);

/** The outputs of a deployed stack: where its parts are. */
export const StackOutputs = z.object({
  ApiUrl: z.url().transform((url) => url.replace(/\/+$/, "")),
  SourceBucketName: z.string(),
  ResultBucketName: z.string(),
  VideoQueueUrl: z.url(),
  VideoDlqUrl: z.url(),
  ParkedVideosUrl: z.url(),
  ParkedEmailsUrl: z.url(),
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

/**
 * The states of a complete stack, also after a change that failed or while old resources are
 * removed.
 */
const FINISHED =
  /^(CREATE_COMPLETE|IMPORT_COMPLETE|(UPDATE|UPDATE_ROLLBACK)_COMPLETE(_CLEANUP_IN_PROGRESS)?)$/;

/**
 * Reads the status, such as CREATE_COMPLETE.
 *
 * @returns undefined if there is no such stack.
 */
export async function readStackStatus(
  config: AwsConfig,
  stackName: string,
): Promise<string | undefined> {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    return Stacks?.[0]?.StackStatus;
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}

/**
 * Reads the stack's outputs.
 *
 * @returns undefined if there is no such stack or it isn't finished.
 */
export async function readStackOutputs(
  config: AwsConfig,
  stackName = LOCAL_STACK_NAME,
): Promise<StackOutputs | undefined> {
  const client = new CloudFormationClient(config);
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const stack = Stacks?.[0];
    if (!stack?.StackStatus || !FINISHED.test(stack.StackStatus)) return undefined;
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

/**
 * Reads the template that the stack was deployed from.
 *
 * @returns undefined if there is no such stack.
 */
export async function readDeployedTemplate(
  config: AwsConfig,
  stackName = LOCAL_STACK_NAME,
): Promise<string | undefined> {
  const client = new CloudFormationClient(config);
  try {
    const { TemplateBody } = await client.send(
      new GetTemplateCommand({ StackName: stackName, TemplateStage: "Original" }),
    );
    return TemplateBody;
  } catch (error) {
    if (error instanceof Error && error.name === "ValidationError") return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
