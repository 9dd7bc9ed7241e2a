import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from "@aws-sdk/client-cloudformation";
import { emulatorConfig } from "../../deployed/stack.ts";

const STACK_NAME = "tapedeck-load-floor";
const CREATION_SECONDS = 60;
const ROLE = "arn:aws:iam::000000000000:role/tapedeck-load-floor";

/** An API that does nothing, built from the same kinds of resources as the stack. */
const TEMPLATE = {
  Resources: {
    Empty: {
      Type: "AWS::Lambda::Function",
      Properties: {
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        MemorySize: 256,
        Timeout: 10,
        Role: ROLE,
        Code: { ZipFile: 'exports.handler = async () => ({ statusCode: 200, body: "{}" });' },
      },
    },
    Api: { Type: "AWS::ApiGateway::RestApi", Properties: { Name: STACK_NAME } },
    Floor: {
      Type: "AWS::ApiGateway::Resource",
      Properties: {
        RestApiId: { Ref: "Api" },
        ParentId: { "Fn::GetAtt": ["Api", "RootResourceId"] },
        PathPart: "floor",
      },
    },
    Get: {
      Type: "AWS::ApiGateway::Method",
      Properties: {
        RestApiId: { Ref: "Api" },
        ResourceId: { Ref: "Floor" },
        HttpMethod: "GET",
        AuthorizationType: "NONE",
        Integration: {
          Type: "AWS_PROXY",
          IntegrationHttpMethod: "POST",
          Uri: {
            "Fn::Join": [
              "",
              [
                "arn:aws:apigateway:",
                { Ref: "AWS::Region" },
                ":lambda:path/2015-03-31/functions/",
                { "Fn::GetAtt": ["Empty", "Arn"] },
                "/invocations",
              ],
            ],
          },
        },
      },
    },
    Permission: {
      Type: "AWS::Lambda::Permission",
      Properties: {
        Action: "lambda:InvokeFunction",
        FunctionName: { "Fn::GetAtt": ["Empty", "Arn"] },
        Principal: "apigateway.amazonaws.com",
      },
    },
    Deployment: {
      Type: "AWS::ApiGateway::Deployment",
      DependsOn: "Get",
      Properties: { RestApiId: { Ref: "Api" } },
    },
    Stage: {
      Type: "AWS::ApiGateway::Stage",
      Properties: {
        RestApiId: { Ref: "Api" },
        DeploymentId: { Ref: "Deployment" },
        StageName: "floor",
      },
    },
  },
  Outputs: { ApiId: { Value: { Ref: "Api" } } },
};

/**
 * Deploys an empty Lambda behind the gateway of the emulator at `endpoint`.
 *
 * @returns the address that it answers at.
 */
export async function deployFloor(endpoint: string): Promise<string> {
  const client = new CloudFormationClient(emulatorConfig(endpoint));
  try {
    await client.send(
      new CreateStackCommand({ StackName: STACK_NAME, TemplateBody: JSON.stringify(TEMPLATE) }),
    );
    await waitUntilStackCreateComplete(
      { client, maxWaitTime: CREATION_SECONDS, minDelay: 1, maxDelay: 1 },
      { StackName: STACK_NAME },
    );
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK_NAME }));
    const apiId = Stacks?.[0]?.Outputs?.[0]?.OutputValue;
    const url = `${endpoint}/_aws/execute-api/${apiId}/floor/floor`;
    const response = await fetch(url);
    if (!response.ok) throw new Error(`The floor answers HTTP ${response.status} at ${url}`);
    return url;
  } finally {
    client.destroy();
  }
}
