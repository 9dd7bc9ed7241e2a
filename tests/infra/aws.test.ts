import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { Match } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { Problem } from "../../contract/api.ts";
import { renderValue } from "./intrinsics.ts";
import { AWS, pathOf, resourcesOf, synthesize } from "./synthesis.ts";

const template = await synthesize({
  ...AWS,
  alarmEmail: "operator@example.org",
  resultRetentionDays: 7,
});
const resources = resourcesOf(template);
const PAGE_ORIGIN = Match.objectLike({ "Fn::Join": ["", ["https://", Match.anyValue()]] });

describe("the way of a video", () => {
  test("finished uploads of every kind reach the video queue, and nothing else", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketNamePrefix: "tapedeck-sources",
      NotificationConfiguration: {
        QueueConfigurations: ["Put", "Post", "CompleteMultipartUpload"].map((operation) => ({
          Event: `s3:ObjectCreated:${operation}`,
          Filter: { S3Key: { Rules: [{ Name: "prefix", Value: "sources/" }] } },
          Queue: { "Fn::GetAtt": [Match.stringLikeRegexp("^VideosQueue"), "Arn"] },
        })),
      },
    });
    template.hasResourceProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Allow",
            Action: "sqs:SendMessage",
            Principal: { Service: "s3.amazonaws.com" },
            Condition: Match.objectLike({
              StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
            }),
          }),
        ]),
      },
    });
  });

  test("the bucket waits for the permission that its notification needs", () => {
    const sources = [...resources.values()].find((it) => pathOf(it) === "Blobs/Sources");
    assert.ok(sources?.DependsOn.some((id) => id.startsWith("VideosQueuePolicy")));
  });

  for (const [queue, functionSeconds, batchSize, concurrency, tries, deadLetterQueue] of [
    ["Videos", 900, 1, 3, 5, "GivenUpVideosQueue"],
    ["GivenUpVideos", 30, 1, 2, 100, "GivenUpVideosDlq"],
    ["Mp3s", 30, 10, 2, 5, "UnsentMp3sQueue"],
    ["UnsentMp3s", 30, 1, 2, 5, "UnsentMp3sDlq"],
  ] as const) {
    test(`${queue}: retries, dead letters, partial batches, concurrency`, () => {
      template.hasResourceProperties("AWS::SQS::Queue", {
        VisibilityTimeout: 6 * functionSeconds,
        SqsManagedSseEnabled: true,
        RedrivePolicy: {
          maxReceiveCount: tries,
          deadLetterTargetArn: {
            "Fn::GetAtt": [Match.stringLikeRegexp(`^${deadLetterQueue}`), "Arn"],
          },
        },
      });
      template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
        EventSourceArn: { "Fn::GetAtt": [Match.stringLikeRegexp(`^${queue}Queue`), "Arn"] },
        BatchSize: batchSize,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
        ScalingConfig: { MaximumConcurrency: concurrency },
      });
    });
  }

  test("a source outlives the last redrive of its message, and is deleted a day after its job, or after 2 days if it never became complete", () => {
    template.resourcePropertiesCountIs(
      "AWS::SQS::Queue",
      { MessageRetentionPeriod: 14 * 24 * 60 * 60 },
      6,
    );
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketNamePrefix: "tapedeck-sources",
      LifecycleConfiguration: {
        Rules: [
          Match.objectLike({
            ExpirationInDays: 1,
            TagFilters: [{ Key: "tapedeck-job", Value: "finished" }],
          }),
          Match.objectLike({ ExpirationInDays: 15, TagFilters: Match.absent() }),
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 } }),
        ],
      },
    });
  });

  test("results are deleted when the user was told, and job records never before their sources", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketNamePrefix: "tapedeck-results",
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ Prefix: "results/", ExpirationInDays: 7 }),
          Match.objectLike({ Prefix: "jobs/", ExpirationInDays: 15 }),
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
        ]),
      },
    });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ RESULT_RETENTION_DAYS: "7" }) },
    });
  });

  test("the converter has ffmpeg", () => {
    template.hasResourceProperties("AWS::Lambda::Function", {
      Layers: [{ Ref: Match.stringLikeRegexp("^Ffmpeg") }],
      Timeout: 900,
      Environment: { Variables: Match.objectLike({ FFMPEG_PATH: "/opt/bin/ffmpeg" }) },
    });
    template.hasResourceProperties("AWS::Lambda::LayerVersion", {
      CompatibleArchitectures: ["arm64"],
    });
  });

  test("emails come from the one address, over TLS", () => {
    template.hasResourceProperties("AWS::SES::EmailIdentity", { EmailIdentity: AWS.sender });
    template.hasResourceProperties("AWS::SES::ConfigurationSet", {
      DeliveryOptions: { TlsPolicy: "REQUIRE" },
    });
  });
});

test("tokens are signed with a long random key", () => {
  template.hasResourceProperties("AWS::SecretsManager::Secret", {
    Description: Match.stringLikeRegexp("^Signs the tokens"),
    GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
  });
});

test("every function runs Node 24 on arm64, is traced, and logs to a group with a retention time", () => {
  const NodeFunction = z.object({
    Handler: z.literal("index.handler"),
    Runtime: z.literal("nodejs24.x"),
    Architectures: z.tuple([z.literal("arm64")]),
    TracingConfig: z.object({ Mode: z.literal("Active") }),
    LoggingConfig: z.object({ LogGroup: z.object({ Ref: z.string() }) }),
  });
  const functions = [...resources.values()].filter(
    (it) => it.Type === "AWS::Lambda::Function" && !/^(Custom::|AWSCDK\.)/.test(pathOf(it)),
  );
  assert.equal(functions.length, 14);
  for (const { Properties } of functions) {
    const { LogGroup } = NodeFunction.parse(Properties).LoggingConfig;
    assert.equal(resources.get(LogGroup.Ref)?.Properties.RetentionInDays, 30);
  }
  template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: Match.anyValue() });
});

describe("what is stored", () => {
  test("every bucket is private and encrypted, and refuses plain HTTP", () => {
    template.allResourcesProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
    });
    template.allResourcesProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: "Deny",
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          }),
        ]),
      },
    });
  });

  test("the users' database is encrypted, backed up, kept as a snapshot, and only reached over TLS", () => {
    template.hasResource("AWS::RDS::DBInstance", {
      DeletionPolicy: "Snapshot",
      Properties: {
        Engine: "postgres",
        DBInstanceClass: "db.t4g.micro",
        StorageEncrypted: true,
        BackupRetentionPeriod: 14,
        EngineLifecycleSupport: "open-source-rds-extended-support-disabled",
        PubliclyAccessible: false,
      },
    });
    template.hasResourceProperties("AWS::RDS::DBParameterGroup", {
      Parameters: { "rds.force_ssl": "1" },
    });
    template.resourcePropertiesCountIs(
      "AWS::Lambda::Function",
      {
        VpcConfig: Match.anyValue(),
        Environment: {
          Variables: Match.objectLike({ NODE_EXTRA_CA_CERTS: "/var/runtime/ca-cert.pem" }),
        },
      },
      4,
    );
  });

  test("nobody has a password for it: the functions sign in by their roles", () => {
    template.hasResourceProperties("AWS::RDS::DBInstance", {
      EnableIAMDatabaseAuthentication: true,
      MasterUserAuthenticationType: "iam-db-auth",
      MasterUsername: "tapedeck",
      MasterUserPassword: Match.absent(),
      ManageMasterUserPassword: Match.absent(),
    });
    // The token key, and the key that CloudFront sends to the API.
    template.resourceCountIs("AWS::SecretsManager::Secret", 2);
  });

  test("its network has no way in or out, but to one list in S3", () => {
    for (const type of ["InternetGateway", "NatGateway", "EIP"]) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    // This kind is free.
    template.resourceCountIs("AWS::EC2::VPCEndpoint", 1);
    template.hasResourceProperties("AWS::EC2::VPCEndpoint", {
      VpcEndpointType: "Gateway",
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Action: ["s3:GetObject", "s3:PutObject"],
            Resource: { "Fn::Join": ["", [Match.anyValue(), "/access/*"]] },
          }),
          Match.objectLike({ Action: "s3:ListBucket" }),
        ],
      },
    });
    const Rules = z.object({
      SecurityGroupEgress: z
        .array(z.object({ CidrIp: z.string(), FromPort: z.number().optional() }))
        .default([]),
      SecurityGroupIngress: z.array(z.unknown()).default([]),
    });
    for (const { Type, Properties } of resources.values()) {
      if (Type !== "AWS::EC2::SecurityGroup") continue;
      const { SecurityGroupEgress, SecurityGroupIngress } = Rules.parse(Properties);
      assert.deepEqual(SecurityGroupIngress, []);
      // CDK's way to say "nowhere"; and HTTPS to S3's gateway, the only route out of the network.
      const isNarrow = ({ CidrIp, FromPort }: { CidrIp: string; FromPort?: number | undefined }) =>
        CidrIp === "255.255.255.255/32" || FromPort === 443;
      assert.ok(SecurityGroupEgress.every(isNarrow));
    }
  });

  test("the functions in it are called daily, because a call fails after weeks without one", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 day)",
      Targets: ["CheckPassword", "Users", "Migrate"].map((name) =>
        Match.objectLike({ Arn: { "Fn::GetAtt": [Match.stringLikeRegexp(`^${name}`), "Arn"] } }),
      ),
    });
  });

  test("the schema is brought up to date before the functions that need it", () => {
    template.hasResourceProperties("Custom::Trigger", {
      HandlerArn: { Ref: Match.stringLikeRegexp("^Migrate") },
      InvocationType: "RequestResponse",
      Timeout: "300000",
    });
    for (const name of ["CheckPassword", "Users", "Bounces"]) {
      const fn = [...resources.values()].find((it) => pathOf(it) === name);
      assert.ok(
        fn?.DependsOn.some((id) => id.startsWith("MigrateOnDeploy")),
        name,
      );
    }
  });
});

test("emails that bounce or are reported as spam mark their users", () => {
  template.hasResourceProperties("AWS::SES::ConfigurationSetEventDestination", {
    EventDestination: Match.objectLike({
      Enabled: true,
      MatchingEventTypes: ["bounce", "complaint"],
      EventBridgeDestination: { EventBusArn: Match.anyValue() },
    }),
  });
  template.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: {
      source: ["aws.ses"],
      detail: {
        eventType: ["Bounce", "Complaint"],
        // Other stages in the account have configuration sets of their own.
        mail: { tags: { "ses:configuration-set": [{ Ref: Match.stringLikeRegexp("^Mail") }] } },
      },
    },
    Targets: [
      Match.objectLike({ Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^Bounces"), "Arn"] } }),
    ],
  });
});

describe("the API", () => {
  const Method = z.object({
    HttpMethod: z.string(),
    ResourceId: z.object({ Ref: z.string() }),
    AuthorizationType: z.string(),
  });
  const PathPart = z.object({ PathPart: z.string(), ParentId: z.unknown() });
  const pathTo = (id: string): string => {
    const resource = resources.get(id);
    if (resource?.Type !== "AWS::ApiGateway::Resource") return "";
    const { PathPart: part, ParentId } = PathPart.parse(resource.Properties);
    const parent = z.object({ Ref: z.string() }).safeParse(ParentId);
    return `${parent.success ? pathTo(parent.data.Ref) : ""}/${part}`;
  };
  const routes = [...resources.values()]
    .filter(({ Type }) => Type === "AWS::ApiGateway::Method")
    .map(({ Properties }) => Method.parse(Properties))
    .map(({ HttpMethod, ResourceId }) => `${HttpMethod} ${pathTo(ResourceId.Ref)}`);

  test("has the routes, and a preflight for each path", () => {
    const own = routes.filter((route) => !/^(OPTIONS|ANY) /.test(route));
    assert.deepEqual(own.sort(), [
      "DELETE /feed",
      "DELETE /jobs/{jobId}",
      "GET /download",
      "GET /feed",
      "GET /feed/episode.mp3",
      "GET /feed/rss.xml",
      "GET /jobs",
      "GET /jobs/{jobId}",
      "GET /openapi.json",
      "GET /settings",
      "GET /unsubscribe",
      "PATCH /settings",
      "POST /feed",
      "POST /jobs/{jobId}/again",
      "POST /jobs/{jobId}/seen",
      "POST /login",
      "POST /unsubscribe",
      "POST /upload",
      "POST /upload/{jobId}/sign",
      "POST /upload/{jobId}/sign-parts",
      "POST /validate",
    ]);
    const paths = (wanted: (route: string) => boolean) =>
      [...new Set(routes.filter(wanted).map((route) => route.split(" ")[1]))].sort();
    for (const everywhere of ["OPTIONS", "ANY"]) {
      assert.deepEqual(
        paths((route) => route.startsWith(everywhere)),
        paths((route) => own.includes(route)),
      );
    }
  });

  test("turns API Gateway's own answers into whole problem documents", () => {
    const Answer = z.object({
      StatusCode: z.string(),
      ResponseTemplates: z.object({ "application/json": z.string() }),
    });
    const answers = [...resources.values()].filter(
      ({ Type }) => Type === "AWS::ApiGateway::GatewayResponse",
    );
    assert(answers.length > 0);
    for (const { Properties } of answers) {
      const { StatusCode, ResponseTemplates } = Answer.parse(Properties);
      const text = ResponseTemplates["application/json"];
      const problem = JSON.parse(text.replace("$context.error.messageString", '"why"'));
      assert.equal(String(Problem.parse(problem).status), StatusCode);
    }
  });

  test("answers only CloudFront, so the address that it passes on can be trusted", () => {
    const key = Match.objectLike({
      "Fn::Join": ["", Match.arrayWith([Match.stringLikeRegexp("resolve:secretsmanager")])],
    });
    template.resourcePropertiesCountIs("AWS::ApiGateway::Method", { ApiKeyRequired: true }, 37);
    template.hasResourceProperties("AWS::ApiGateway::ApiKey", { Enabled: true, Value: key });
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        Origins: Match.arrayWith([
          Match.objectLike({
            OriginCustomHeaders: [{ HeaderName: "x-api-key", HeaderValue: key }],
          }),
        ]),
      }),
    });
  });

  test("is logged, traced and throttled, and logins more than the rest", () => {
    template.hasResourceProperties("AWS::ApiGateway::Stage", {
      StageName: "v1",
      TracingEnabled: true,
      AccessLogSetting: Match.objectLike({ DestinationArn: Match.anyValue() }),
      MethodSettings: Match.arrayWith([
        Match.objectLike({ ResourcePath: "/*", ThrottlingRateLimit: 200 }),
        Match.objectLike({ ResourcePath: "/~1login", ThrottlingRateLimit: 10 }),
      ]),
    });
    template.hasResourceProperties("AWS::ApiGateway::Account", {
      CloudWatchRoleArn: Match.anyValue(),
    });
  });

  test("logs no query strings and no headers, which hold tokens", () => {
    const stage = template.findResources("AWS::ApiGateway::Stage");
    assert.doesNotMatch(JSON.stringify(stage), /querystring|header|\$context\.path|authorizer/i);
  });

  test("answers with problem documents of its own, which any page may read", () => {
    const problem = {
      "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
      "gatewayresponse.header.Content-Type": "'application/problem+json'",
    };
    template.allResourcesProperties("AWS::ApiGateway::GatewayResponse", {
      ResponseParameters: problem,
    });
    for (const ResponseType of ["DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"]) {
      template.hasResourceProperties("AWS::ApiGateway::GatewayResponse", { ResponseType });
    }
    template.hasResourceProperties("AWS::ApiGateway::GatewayResponse", {
      ResponseType: "MISSING_AUTHENTICATION_TOKEN",
      StatusCode: "404",
    });
  });
});

describe("the page", () => {
  test("only its own origin may use the presigned URLs, and sees the ETags of its parts", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketNamePrefix: "tapedeck-sources",
      CorsConfiguration: {
        CorsRules: [
          Match.objectLike({
            AllowedOrigins: [PAGE_ORIGIN],
            AllowedMethods: ["PUT", "POST", "GET", "DELETE"],
            ExposedHeaders: ["ETag"],
          }),
        ],
      },
    });
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketNamePrefix: "tapedeck-results",
      CorsConfiguration: { CorsRules: [Match.objectLike({ AllowedOrigins: [PAGE_ORIGIN] })] },
    });
  });

  test("its security policy lets it talk to itself and to the two buckets", () => {
    const headers = [...resources.values()].find(
      ({ Type }) => Type === "AWS::CloudFront::ResponseHeadersPolicy",
    );
    const Headers = z.object({
      ResponseHeadersPolicyConfig: z.object({
        SecurityHeadersConfig: z.object({
          ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.unknown() }),
          StrictTransportSecurity: z.object({ AccessControlMaxAgeSec: z.number().min(31_536_000) }),
          ContentTypeOptions: z.object({ Override: z.literal(true) }),
          FrameOptions: z.object({ FrameOption: z.literal("DENY") }),
          ReferrerPolicy: z.object({ ReferrerPolicy: z.literal("no-referrer") }),
        }),
      }),
    });
    const { ContentSecurityPolicy } = Headers.parse(headers?.Properties).ResponseHeadersPolicyConfig
      .SecurityHeadersConfig.ContentSecurityPolicy;
    const policy = Object.fromEntries(
      renderValue(ContentSecurityPolicy, resources, (_, name) => name.replace("AWS::", ""))
        .split("; ")
        .map((directive) => [directive.split(" ")[0], directive.split(" ").slice(1)]),
    );
    const hosts = ["sources", "results"].map(
      (content) => `https://tapedeck-${content}-AccountId-Region-an.s3.Region.URLSuffix`,
    );
    assert.deepEqual(policy["default-src"], ["'none'"]);
    assert.deepEqual(policy["script-src"], ["'self'"]);
    assert.deepEqual(policy["frame-ancestors"], ["'none'"]);
    assert.deepEqual(policy["connect-src"], ["'self'", ...hosts]);
    assert.deepEqual(policy["frame-src"], ["'self'", ...hosts]);
    for (const directive of ["img-src", "media-src"]) {
      assert.deepEqual(
        policy[directive]?.filter((it: string) => it.startsWith("https:")),
        hosts,
      );
    }
  });

  test("is served over HTTP/2 and 3, compressed, from a private bucket", () => {
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        HttpVersion: "http2and3",
        DefaultRootObject: "index.html",
        DefaultCacheBehavior: Match.objectLike({
          Compress: true,
          ViewerProtocolPolicy: "redirect-to-https",
          ResponseHeadersPolicyId: Match.anyValue(),
        }),
      }),
    });
    template.hasResourceProperties("AWS::CloudFront::OriginAccessControl", {
      OriginAccessControlConfig: Match.objectLike({ SigningBehavior: "always" }),
    });
  });

  test("finds the API on its own origin, without caching answers or errors", () => {
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        CacheBehaviors: [
          Match.objectLike({
            PathPattern: "/api/*",
            // AWS's policies CachingDisabled and AllViewerExceptHostHeader.
            CachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
            OriginRequestPolicyId: "b689b0a8-53d0-40ab-baf2-68738e2966ac",
            AllowedMethods: Match.arrayWith(["POST", "DELETE"]),
          }),
        ],
        CustomErrorResponses: Match.arrayWith([
          { ErrorCode: 404, ErrorCachingMinTTL: 0 },
          { ErrorCode: 502, ErrorCachingMinTTL: 0 },
        ]),
        Origins: Match.arrayWith([Match.objectLike({ OriginPath: "/v1" })]),
      }),
    });
  });

  test("requests lose /api on the way, and gain the address that they come from", () => {
    const edge = [...resources.values()].find(({ Type }) => Type === "AWS::CloudFront::Function");
    const { FunctionCode } = z.object({ FunctionCode: z.string() }).parse(edge?.Properties);
    const context = createContext({});
    runInContext(FunctionCode, context);
    for (const [uri, expected] of [
      ["/api/jobs/1", "/jobs/1"],
      ["/api/login", "/login"],
      ["/api/api/login", "/api/login"],
    ]) {
      const forged = { "x-viewer-address": { value: "203.0.113.9" } };
      const event = { viewer: { ip: "192.0.2.1" }, request: { uri, headers: forged } };
      const request = runInContext(`handler(${JSON.stringify(event)})`, context);
      assert.equal(request.uri, expected);
      assert.equal(request.headers["x-viewer-address"].value, "192.0.2.1");
    }
  });

  test("assets may be cached forever, the page itself never", () => {
    template.hasResourceProperties("Custom::CDKBucketDeployment", {
      SystemMetadata: { "cache-control": "public, max-age=31536000, immutable" },
      Prune: false,
    });
    template.hasResourceProperties("Custom::CDKBucketDeployment", {
      SystemMetadata: { "cache-control": "no-cache" },
      Prune: false,
    });
  });

  test("a new page is deployed after the API that it calls", () => {
    const [stage = ""] = Object.keys(template.findResources("AWS::ApiGateway::Stage"));
    const pages = template.findResources("Custom::CDKBucketDeployment", {
      Properties: { SystemMetadata: { "cache-control": "no-cache" } },
    });
    const [page] = Object.values(pages).map(({ DependsOn }) =>
      z.array(z.string()).parse(DependsOn),
    );
    assert.ok(page?.includes(stage), `${page}`);
  });
});

test("the outputs that the scripts read are there", () => {
  assert.deepEqual(Object.keys(template.findOutputs("*")).sort(), [
    "ApiUrl",
    "MigrateFunctionName",
    "Mp3DlqUrl",
    "Mp3QueueUrl",
    "ParkedEmailsUrl",
    "ParkedVideosUrl",
    "ResultBucketName",
    "SenderAddress",
    "SiteBucketName",
    "SiteUrl",
    "SourceBucketName",
    "UsersFunctionName",
    "VideoDlqUrl",
    "VideoQueueUrl",
  ]);
});
