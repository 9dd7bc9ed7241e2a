/**
 * `npm run test:localstack`: deploys the stack to a real LocalStack and asks its API for every
 * resource. It isn't part of `npm test`: it needs Python 3.13 and some minutes. Functions run in
 * Docker there, so here they are created but not run.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackResourcesCommand,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import {
  GetBucketCorsCommand,
  GetBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import {
  emulatorConfig,
  LOCAL_STACK_NAME,
  readStackOutputs,
  readStackStatus,
  type StackOutputs,
} from "../../deployed/stack.ts";
import { createSesClients } from "../../functions/notifier/ses-clients.ts";
import { createSesSender } from "../../functions/notifier/ses-sender.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { prepareAssembly } from "../../localstack/assembly.ts";
import { runCommand } from "../../localstack/child.ts";
import { deployAssembly } from "../../localstack/deploy.ts";
import type { Emulator } from "../../localstack/emulator.ts";
import { readMailbox } from "../../localstack/mailbox.ts";
import { verifySender } from "../../localstack/sender.ts";
import { uploadSite } from "../../localstack/site.ts";
import { deleteUnfinishedStack } from "../../localstack/unfinished-stack.ts";
// stack.ts beside it needs a stack that runs.
import { eventually } from "../harness/eventually.ts";
import { startLocalStack } from "./start-localstack.ts";

const DATABASE_URL = "postgres://tapedeck@127.0.0.1:1/tapedeck";

/** A bucket with a name that S3 doesn't take: its creation fails. */
const FAILING_TEMPLATE = JSON.stringify({
  Resources: {
    Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "Not_A_Name" } },
  },
});

/** The API's deployment has a hash of the API in its name, which also covers the CDK's metadata. */
const nameOf = (logicalId: string) =>
  logicalId.replace(/^(ApiRestApiDeployment[0-9A-F]{8}).*/, "$1");

suite("on LocalStack", () => {
  let directory: string;
  let localstack: Emulator;
  let config: ReturnType<typeof emulatorConfig>;
  let outputs: StackOutputs;
  let s3: S3Client;
  let ffmpegPath: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-localstack-"));
    localstack = await startLocalStack(directory);
    config = emulatorConfig(localstack.endpoint);
    s3 = new S3Client({ ...config, forcePathStyle: true });
    ffmpegPath = (await resolveFfmpeg()).path;
  });
  after(async () => {
    s3?.destroy();
    await localstack?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test("a stack whose first deployment failed is deleted", async () => {
    const client = new CloudFormationClient(config);
    await client.send(
      new CreateStackCommand({ StackName: LOCAL_STACK_NAME, TemplateBody: FAILING_TEMPLATE }),
    );
    await eventually(async () =>
      /FAILED|ROLLBACK_COMPLETE/.test((await readStackStatus(config, LOCAL_STACK_NAME)) ?? "")
        ? true
        : undefined,
    );
    assert.equal(await deleteUnfinishedStack(config), true);
    assert.equal(await readStackStatus(config, LOCAL_STACK_NAME), undefined);
    client.destroy();
  });

  test("the whole template is deployed in strict mode", async () => {
    const target = {
      endpoint: localstack.endpoint,
      databaseUrl: DATABASE_URL,
      ffmpegPath,
      pageAddresses: {},
      assemblyDir: join(directory, "cdk.out"),
    };
    const template = await prepareAssembly(target);
    outputs = await deployAssembly(target);
    const wanted = Object.keys((template as { Resources: object }).Resources);
    assert.deepEqual((await readResources()).sort(), wanted.sort());
    await uploadSite(config, outputs);
    await verifySender(config, outputs.SenderAddress);
  });

  test("queues hand on to their DLQs what fails five times", async () => {
    const sqs = new SQSClient(config);
    const read = async (QueueUrl: string) =>
      (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] })))
        .Attributes ?? {};
    for (const [queueUrl, dlqUrl] of [
      [outputs.VideoQueueUrl, outputs.VideoDlqUrl],
      [outputs.Mp3QueueUrl, outputs.Mp3DlqUrl],
    ] as const) {
      const [queue, dlq] = await Promise.all([read(queueUrl), read(dlqUrl)]);
      const redrive: unknown = JSON.parse(queue.RedrivePolicy ?? "{}");
      assert.deepEqual(redrive, { deadLetterTargetArn: dlq.QueueArn, maxReceiveCount: 5 });
      assert.equal(dlq.MessageRetentionPeriod, `${14 * 24 * 3600}`);
    }
    sqs.destroy();
  });

  test("each function has its code, its environment and the queue it reads", async () => {
    const lambda = new LambdaClient(config);
    const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
    const names = Functions.map(
      ({ Environment }) => Environment?.Variables?.POWERTOOLS_SERVICE_NAME ?? "",
    );
    for (const name of ["login", "upload", "converter", "notifier", "jobs", "download"]) {
      assert.ok(names.includes(name), `${name} is missing among ${names}`);
    }
    for (const { Environment, CodeSize, Runtime } of Functions) {
      assert.equal(Environment?.Variables?.AWS_ENDPOINT_URL, localstack.endpoint);
      assert.equal(Runtime, "nodejs24.x");
      assert.ok((CodeSize ?? 0) > 0);
    }
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    const sources = EventSourceMappings.map(({ EventSourceArn, FunctionArn, ...mapping }) => {
      const worker = Functions.find((fn) => fn.FunctionArn === FunctionArn);
      return {
        queue: EventSourceArn?.split(":").at(-1),
        worker: worker?.Environment?.Variables?.POWERTOOLS_SERVICE_NAME,
        batchSize: mapping.BatchSize,
        responses: mapping.FunctionResponseTypes,
        state: mapping.State,
      };
    });
    const expected = [
      { url: outputs.VideoQueueUrl, worker: "converter", batchSize: 1 },
      { url: outputs.Mp3QueueUrl, worker: "notifier", batchSize: 10 },
    ];
    for (const { url, worker, batchSize } of expected) {
      assert.deepEqual(
        sources.find((source) => source.worker === worker),
        {
          queue: url.split("/").at(-1),
          worker,
          batchSize,
          responses: ["ReportBatchItemFailures"],
          state: "Enabled",
        },
      );
    }
    lambda.destroy();
  });

  test("an uploaded source is announced to the video queue", async () => {
    const Bucket = outputs.SourceBucketName;
    const { QueueConfigurations = [] } = await s3.send(
      new GetBucketNotificationConfigurationCommand({ Bucket }),
    );
    assert.deepEqual(QueueConfigurations.flatMap(({ Events }) => Events ?? []).sort(), [
      "s3:ObjectCreated:CompleteMultipartUpload",
      "s3:ObjectCreated:Post",
      "s3:ObjectCreated:Put",
    ]);
    const sqs = new SQSClient(config);
    const count = async () => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: outputs.VideoQueueUrl, AttributeNames: ["All"] }),
      );
      return (
        Number(Attributes.ApproximateNumberOfMessages) +
        Number(Attributes.ApproximateNumberOfMessagesNotVisible)
      );
    };
    const earlier = await count();
    await s3.send(new PutObjectCommand({ Bucket, Key: "sources/a/b", Body: "video" }));
    await eventually(async () => ((await count()) > earlier ? true : undefined));
    sqs.destroy();
  });

  test("buckets let the page in and no other", async () => {
    const origin = localstack.endpoint;
    for (const Bucket of [outputs.SourceBucketName, outputs.ResultBucketName]) {
      const { CORSRules = [] } = await s3.send(new GetBucketCorsCommand({ Bucket }));
      assert.deepEqual(
        CORSRules.flatMap(({ AllowedOrigins }) => AllowedOrigins ?? []),
        [origin],
      );
    }
    const preflight = await fetch(`${origin}/${outputs.SourceBucketName}/sources/a/b`, {
      method: "OPTIONS",
      headers: { Origin: origin, "Access-Control-Request-Method": "PUT" },
    });
    assert.equal(preflight.headers.get("access-control-allow-origin"), origin);
  });

  test("every route is there, at the address that is printed", async () => {
    assert.match(outputs.ApiUrl, /\/_aws\/execute-api\/[^/]+\/v1$/);
    for (const path of ["login", "validate", "upload", "jobs", "jobs/a", "download"]) {
      const preflight = await fetch(`${outputs.ApiUrl}/${path}`, {
        method: "OPTIONS",
        headers: { Origin: "https://page.example", "Access-Control-Request-Method": "POST" },
      });
      assert.equal(preflight.headers.get("access-control-allow-origin"), "*", path);
    }
    const unknown = await fetch(`${outputs.ApiUrl}/nothing`);
    assert.equal(unknown.status, 404);
  });

  test("the secret that signs tokens is random and long", async () => {
    const client = new SecretsManagerClient(config);
    const { SecretList = [] } = await client.send(new ListSecretsCommand({}));
    const values = await Promise.all(
      SecretList.map(({ ARN }) => client.send(new GetSecretValueCommand({ SecretId: ARN }))),
    );
    assert.equal(values.length, 1);
    assert.ok((values[0]?.SecretString ?? "").length >= 32);
    client.destroy();
  });

  test("the page is served as HTML, with the API's address beside it", async () => {
    const page = await fetch(outputs.SiteUrl ?? "");
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    const html = await page.text();
    const script = /src="([^"]+\.js)"/.exec(html)?.[1] ?? "no script";
    assert.equal((await fetch(new URL(script, outputs.SiteUrl))).status, 200);
    const settings = await fetch(new URL("config.json", outputs.SiteUrl));
    assert.deepEqual(await settings.json(), { apiUrl: outputs.ApiUrl });
  });

  test("emails go out from the sender and from nobody else", async () => {
    const send = (sender: string) =>
      createSesSender({
        createClient: createSesClients(config),
        sender,
        configurationSet: undefined,
      })("somebody@example.org", {
        subject: "Hello, Zoë",
        text: "text",
        html: "<p>text",
        unsubscribe: "https://tapedeck.example.org/unsubscribe",
      });
    await send(outputs.SenderAddress);
    await assert.rejects(send("stranger@example.org"));
    const emails = await readMailbox(localstack.endpoint);
    assert.deepEqual(
      emails.map(({ to, subject }) => ({ to, subject })),
      [{ to: ["somebody@example.org"], subject: "Hello, Zoë" }],
    );
  });

  test("the CDK's own command line deploys the same", async () => {
    const resources = await readResources();
    await deleteStack();
    const env = {
      ...process.env,
      AWS_ENDPOINT_URL: localstack.endpoint,
      AWS_ENDPOINT_URL_S3: localstack.endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      DATABASE_URL,
      TAPEDECK_FFMPEG_PATH: ffmpegPath,
    };
    const cdklocal = (...words: string[]) =>
      runCommand("npx", ["cdklocal", ...words, "--output", join(directory, "cdk.out.npx")], {
        env,
      });
    await cdklocal("bootstrap");
    const printed = await cdklocal("deploy", "--require-approval", "never");
    assert.match(printed, /NextStep = npm run deploy:local -- --finish/);
    assert.deepEqual((await readResources()).map(nameOf).sort(), resources.map(nameOf).sort());
    const { ApiUrl, SiteUrl, ...fixed } = (await readStackOutputs(config)) ?? assert.fail();
    assert.equal(fixed.SourceBucketName, outputs.SourceBucketName);
    assert.equal(fixed.SenderAddress, outputs.SenderAddress);
    assert.equal(SiteUrl, outputs.SiteUrl);
    assert.match(ApiUrl, /\/_aws\/execute-api\//);
  });

  /** The logical ids of what LocalStack says it has made. */
  async function readResources(): Promise<string[]> {
    const client = new CloudFormationClient(config);
    const { StackResources = [] } = await client.send(
      new DescribeStackResourcesCommand({ StackName: LOCAL_STACK_NAME }),
    );
    client.destroy();
    for (const { ResourceStatus, LogicalResourceId } of StackResources) {
      assert.match(ResourceStatus ?? "", /_COMPLETE$/, LogicalResourceId);
    }
    return StackResources.map(({ LogicalResourceId }) => LogicalResourceId ?? "");
  }

  async function deleteStack(): Promise<void> {
    const client = new CloudFormationClient(config);
    await client.send(new DeleteStackCommand({ StackName: LOCAL_STACK_NAME }));
    await waitUntilStackDeleteComplete(
      { client, maxWaitTime: 120 },
      { StackName: LOCAL_STACK_NAME },
    );
    client.destroy();
  }
});
