import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Match } from "aws-cdk-lib/assertions";
import { LOCAL, resourcesOf, synthesize } from "./synthesis.ts";

/** The types of resources that both emulators really deploy: docs/adr/0020. */
const SUPPORTED = [
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Stage",
  "AWS::CloudWatch::Alarm",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::Lambda::Permission",
  "AWS::Logs::LogGroup",
  "AWS::S3::Bucket",
  "AWS::S3::BucketPolicy",
  "AWS::SQS::Queue",
  "AWS::SQS::QueuePolicy",
  "AWS::SecretsManager::Secret",
];

describe("the template for emulators", async () => {
  const template = await synthesize(LOCAL, {
    AWS_ENDPOINT_URL: "http://127.0.0.1:4599",
    TAPEDECK_PUBLIC_ENDPOINT: "http://localhost:4599",
    DATABASE_URL: "postgres://tapedeck:secret@127.0.0.1:5599/tapedeck",
    TAPEDECK_FFMPEG_PATH: "/somewhere/ffmpeg",
  });

  test("has only what they support: no custom resource, authorizer, network, layer or CloudFront", () => {
    const types = new Set([...resourcesOf(template).values()].map(({ Type }) => Type));
    assert.deepEqual(
      [...types].filter((type) => !SUPPORTED.includes(type)),
      [],
    );
  });

  test("gives the functions the addresses of the emulator, the database and ffmpeg", () => {
    const variables = (wanted: Record<string, string>) =>
      template.hasResourceProperties("AWS::Lambda::Function", {
        Environment: {
          Variables: Match.objectLike({ AWS_ENDPOINT_URL: "http://127.0.0.1:4599", ...wanted }),
        },
      });
    variables({
      POWERTOOLS_SERVICE_NAME: "check-password",
      DATABASE_URL: "postgres://tapedeck:secret@127.0.0.1:5599/tapedeck",
    });
    variables({ POWERTOOLS_SERVICE_NAME: "converter", FFMPEG_PATH: "/somewhere/ffmpeg" });
    variables({
      POWERTOOLS_SERVICE_NAME: "upload",
      PUBLIC_S3_ENDPOINT: "http://localhost:4599",
    });
  });

  test("answers browsers and tools at their address, at a path that both emulators know", () => {
    template.hasOutput("ApiUrl", {
      Value: {
        "Fn::Join": [
          "",
          ["http://localhost:4599/_aws/execute-api/", { Ref: Match.anyValue() }, "/v1"],
        ],
      },
    });
    template.hasOutput("SiteUrl", {
      Value: {
        "Fn::Join": ["", ["http://localhost:4599/", { Ref: Match.anyValue() }, "/index.html"]],
      },
    });
  });

  test("says what to do after the CDK's command line", () => {
    template.hasOutput("NextStep", { Value: "npm run deploy:local -- --finish" });
  });

  test("lets the page in from the emulator's own address", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketName: "tapedeck-sources",
      CorsConfiguration: {
        CorsRules: [Match.objectLike({ AllowedOrigins: ["http://localhost:4599"] })],
      },
    });
    template.hasResourceProperties("AWS::S3::Bucket", {
      BucketName: "tapedeck-site",
      WebsiteConfiguration: { IndexDocument: "index.html" },
    });
  });
});
