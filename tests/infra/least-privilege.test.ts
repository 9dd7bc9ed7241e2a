import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { renderValue } from "./intrinsics.ts";
import { AWS, pathOf, resourcesOf, synthesize } from "./synthesis.ts";

const listOf = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((one) => [one])]);
const Statement = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Action: listOf(z.string()),
  Resource: listOf(z.unknown()),
  Condition: z.unknown().optional(),
});
const Document = z.object({ Statement: z.array(Statement) });
const RolePolicy = z.object({ PolicyDocument: Document });

/** CDK's own functions, which run only during a deployment. We don't write their policies. */
const OF_CDK =
  /^(Custom::CDKBucketDeployment|Custom::S3AutoDeleteObjects|AWSCDK\.TriggerCustomResourceProvider)/;

const resources = resourcesOf(await synthesize(AWS));
const ours = [...resources.values()]
  .map((resource) => ({ ...resource, path: pathOf(resource) }))
  .filter(({ path }) => !OF_CDK.test(path));

const allowed = ours
  .filter(({ Type }) => Type === "AWS::IAM::Policy")
  .flatMap(({ path, Properties }) =>
    RolePolicy.parse(Properties).PolicyDocument.Statement.map((statement) => ({
      ...statement,
      role: path.replace(/Role\/DefaultPolicy$/, ""),
      resources: statement.Resource.map((resource) => renderValue(resource, resources)),
    })),
  )
  .filter(({ Effect }) => Effect === "Allow");

/** The actions of every function: its own log group, and traces. */
const COMMON = /^(logs|xray):/;

const SECRET = "secretsmanager:GetSecretValue <JwtSecret>";
const SIGNS_IN =
  "rds-db:connect arn:<AWS::Partition>:rds-db:<AWS::Region>:<AWS::AccountId>:dbuser:<Database/Users.DbiResourceId>/tapedeck";
const SES = "arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>";
const readsQueue = (name: string) =>
  [
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ReceiveMessage",
  ].map((action) => `sqs:${action} <${name}/Queue.Arn>`);
const readsJobs = [
  "s3:GetObject <Blobs/Results.Arn>/jobs/*",
  "s3:ListBucket <Blobs/Results.Arn> jobs/*",
];
const readsAccess = [
  "s3:GetObject <Blobs/Results.Arn>/access/*",
  "s3:ListBucket <Blobs/Results.Arn> access/*",
];
const writesJobs = [...readsJobs, "s3:PutObject <Blobs/Results.Arn>/jobs/*"];

const tagsSources = [
  "s3:ListBucket <Blobs/Sources.Arn> sources/*",
  "s3:PutObjectTagging <Blobs/Sources.Arn>/sources/*",
];
const dropsHolds = [
  "s3:DeleteObject <Blobs/Results.Arn>/holds/*",
  "s3:ListBucket <Blobs/Results.Arn> holds/*",
];

const EXPECTED: Record<string, string[]> = {
  Login: [SECRET, "lambda:InvokeFunction <CheckPassword.Arn>"],
  CheckPassword: [SIGNS_IN],
  Bounces: [SIGNS_IN],
  Users: [SIGNS_IN, ...readsAccess, "s3:PutObject <Blobs/Results.Arn>/access/*"],
  Migrate: [SIGNS_IN],
  Validate: [SECRET, ...readsAccess],
  Openapi: [],
  Upload: [
    SECRET,
    ...readsAccess,
    ...writesJobs,
    "s3:GetObject <Blobs/Results.Arn>/covers/*",
    "s3:ListBucket <Blobs/Results.Arn> covers/*",
    "s3:PutObject <Blobs/Results.Arn>/covers/*",
    "s3:PutObject <Blobs/Results.Arn>/holds/*",
    ...dropsHolds,
    "s3:GetObject <Blobs/Results.Arn>/usage/*",
    "s3:ListBucket <Blobs/Results.Arn> usage/*",
    "s3:PutObject <Blobs/Results.Arn>/usage/*",
    "s3:PutObject <Blobs/Sources.Arn>/sources/*",
    ...tagsSources,
    "s3:ListMultipartUploadParts <Blobs/Sources.Arn>/sources/*",
    "s3:AbortMultipartUpload <Blobs/Sources.Arn>/sources/*",
    "sqs:SendMessage <Videos/Queue.Arn>",
  ],
  Converter: [
    ...writesJobs,
    "s3:GetObject <Blobs/Sources.Arn>/sources/*",
    ...tagsSources,
    ...dropsHolds,
    "s3:PutObject <Blobs/Results.Arn>/results/*",
    "s3:AbortMultipartUpload <Blobs/Results.Arn>/results/*",
    "s3:DeleteObject <Blobs/Results.Arn>/results/*",
    "s3:GetObject <Blobs/Results.Arn>/results/*",
    "s3:ListBucket <Blobs/Results.Arn> results/*",
    "s3:ListBucketMultipartUploads <Blobs/Results.Arn>",
    "s3:GetObject <Blobs/Results.Arn>/covers/*",
    "s3:ListBucket <Blobs/Results.Arn> covers/*",
    "s3:GetObject <Blobs/Results.Arn>/usage/*",
    "s3:ListBucket <Blobs/Results.Arn> usage/*",
    "s3:PutObject <Blobs/Results.Arn>/usage/*",
    "sqs:SendMessage <Mp3s/Queue.Arn>",
    "sqs:SendMessage <Videos/Queue.Arn>",
    "sqs:SendMessage <GivenUpVideos/Dlq.Arn>",
    ...readsQueue("Videos"),
  ],
  DeadLetters: [
    ...writesJobs,
    "s3:AbortMultipartUpload <Blobs/Results.Arn>/results/*",
    "s3:DeleteObject <Blobs/Results.Arn>/results/*",
    "s3:ListBucketMultipartUploads <Blobs/Results.Arn>",
    "sqs:SendMessage <Mp3s/Queue.Arn>",
    "sqs:SendMessage <GivenUpVideos/Dlq.Arn>",
    ...readsQueue("GivenUpVideos"),
  ],
  Notifier: [
    SECRET,
    "s3:GetObject <Blobs/Results.Arn>/settings/*",
    "s3:ListBucket <Blobs/Results.Arn> settings/*",
    "sqs:SendMessage <Mp3s/Queue.Arn>",
    ...writesJobs,
    `ses:SendRawEmail ${SES}:identity/<Mail/Sender>`,
    `ses:SendRawEmail ${SES}:configuration-set/<Mail/Sending>`,
    "sqs:SendMessage <UnsentMp3s/Dlq.Arn>",
    ...readsQueue("Mp3s"),
  ],
  UnsentEmails: [
    ...writesJobs,
    "sqs:SendMessage <UnsentMp3s/Dlq.Arn>",
    ...readsQueue("UnsentMp3s"),
  ],
  Jobs: [
    SECRET,
    ...readsAccess,
    ...readsJobs,
    "s3:PutObject <Blobs/Results.Arn>/jobs/*",
    "s3:DeleteObject <Blobs/Results.Arn>/jobs/*",
    "s3:GetObject <Blobs/Results.Arn>/settings/*",
    "s3:ListBucket <Blobs/Results.Arn> settings/*",
    "s3:PutObject <Blobs/Results.Arn>/settings/*",
    "s3:DeleteObject <Blobs/Results.Arn>/results/*",
    "s3:DeleteObject <Blobs/Results.Arn>/covers/*",
    "s3:DeleteObject <Blobs/Sources.Arn>/sources/*",
    ...tagsSources,
    ...dropsHolds,
    "s3:AbortMultipartUpload <Blobs/Sources.Arn>/sources/*",
    "s3:ListBucketMultipartUploads <Blobs/Sources.Arn>",
  ],
  Download: [
    SECRET,
    ...readsAccess,
    ...readsJobs,
    "s3:GetObject <Blobs/Results.Arn>/results/*",
    "s3:ListBucket <Blobs/Results.Arn> results/*",
    "s3:GetObject <Blobs/Results.Arn>/feeds/*",
    "s3:ListBucket <Blobs/Results.Arn> feeds/*",
    "s3:PutObject <Blobs/Results.Arn>/feeds/*",
    "s3:DeleteObject <Blobs/Results.Arn>/feeds/*",
  ],
};

const Prefix = z.object({ StringLike: z.object({ "s3:prefix": z.string() }) });

describe("what each function may do", () => {
  for (const [name, expected] of Object.entries(EXPECTED)) {
    test(name, () => {
      const actual = allowed
        .filter(({ role }) => role === name)
        .flatMap(({ Action, Condition, resources: on }) =>
          Action.flatMap((action) =>
            on.map((resource) => {
              const prefix = Condition && Prefix.parse(Condition).StringLike["s3:prefix"];
              return [action, resource, prefix].filter(Boolean).join(" ");
            }),
          ),
        )
        .filter((permission) => !COMMON.test(permission));
      assert.deepEqual(actual.sort(), expected.sort());
    });
  }

  test("and there is no other function", () => {
    const roles = ours.filter(({ Type }) => Type === "AWS::Lambda::Function").map(pathOf);
    assert.deepEqual(roles.sort(), Object.keys(EXPECTED).sort());
  });
});

describe("no policy of ours has a wildcard", () => {
  test("in an action", () => {
    const actions = allowed.flatMap(({ Action }) => Action);
    assert.deepEqual(
      actions.filter((action) => action.includes("*")),
      [],
    );
  });

  /**
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html: these
   * two have no resource type, so AWS accepts only `*`. CDK adds them with active tracing.
   */
  test("in a resource, except key prefixes in S3 and X-Ray's two actions without resources", () => {
    const wide = allowed.filter(({ Action, resources: on }) => {
      const isTracing = Action.every((action) =>
        ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].includes(action),
      );
      const isPrefix = (resource: string) =>
        /^<Blobs\/(Sources|Results)\.Arn>\/(sources|results|covers|jobs|access|usage|settings|feeds|holds)\/\*$/.test(
          resource,
        );
      return !isTracing && on.some((resource) => resource.includes("*") && !isPrefix(resource));
    });
    assert.deepEqual(wide, []);
  });

  test("in a bucket's or queue's own policy", () => {
    const Owned = z.object({
      PolicyDocument: z.object({
        Statement: z.array(Statement.extend({ Principal: z.unknown().optional() })),
      }),
    });
    const statements = ours
      .filter(({ Type }) => ["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"].includes(Type))
      .flatMap(({ Properties }) => Owned.parse(Properties).PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === "Allow")
      .filter(({ Principal }) => !JSON.stringify(Principal).includes("S3AutoDeleteObjects"));
    assert.ok(statements.length > 0);
    for (const { Action, Principal, Condition } of statements) {
      assert.ok(!Action.some((action) => action.includes("*")));
      assert.ok(!JSON.stringify(Principal).includes("*"), "anyone may use it");
      assert.ok(JSON.stringify(Condition).includes("SourceArn"), "any stack may use it");
    }
  });
});

/**
 * Attaching a function to a network needs EC2 permissions that take no narrower resource:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html. So the functions in the
 * network have AWS's policy for that, and their code is denied what it allows.
 */
test("AWS's own policies are only on roles that AWS services use", () => {
  const Role = z.object({ ManagedPolicyArns: z.array(z.unknown()).default([]) });
  const attached = ours
    .filter(({ Type }) => Type === "AWS::IAM::Role")
    .flatMap(({ path, Properties }) =>
      Role.parse(Properties).ManagedPolicyArns.map((arn) => [
        path,
        renderValue(arn, resources).split("/").at(-1),
      ]),
    );
  const network = "AWSLambdaVPCAccessExecutionRole";
  assert.deepEqual(Object.fromEntries(attached), {
    "Api/RestApi/CloudWatchRole": "AmazonAPIGatewayPushToCloudWatchLogs",
    CheckPasswordRole: network,
    BouncesRole: network,
    UsersRole: network,
    MigrateRole: network,
  });

  for (const name of ["CheckPassword", "Users", "Migrate", "Bounces"]) {
    const policy = ours.find(({ path }) => path === `${name}/NetworkInterfacesNotForCode`);
    const [deny] = RolePolicy.parse(policy?.Properties).PolicyDocument.Statement;
    assert.equal(deny?.Effect, "Deny");
    assert.ok(deny?.Action.includes("ec2:CreateNetworkInterface"));
    assert.match(JSON.stringify(deny?.Condition), /lambda:SourceFunctionArn/);
  }
});
