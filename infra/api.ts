import { Aws, Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  AccessLogField,
  AccessLogFormat,
  Cors,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  ResponseType,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { ALARM_PERIOD, type Alarms } from "./alarms.ts";
import type { NodeFunction } from "./node-function.ts";
import type { Target } from "./target.ts";

const STAGE = "v1";

/** Requests per second for the whole stage, and at once. */
const THROTTLE = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };
/** A login costs a password hash and a database connection, of which RDS has about a hundred. */
const LOGIN_THROTTLE = { throttlingRateLimit: 10, throttlingBurstLimit: 20 };

export interface ApiProps {
  target: Target;
  alarms: Alarms;
}

/** The HTTP API: routes to functions, and the answers that API Gateway gives without them. */
export class Api extends Construct {
  readonly #restApi: RestApi;
  /** Without a slash at the end. */
  readonly url: string;
  /** For CloudFront: the host, and the path that the routes begin after. */
  readonly host: string;
  readonly basePath = `/${STAGE}`;

  constructor(scope: Construct, id: string, { target, alarms }: ApiProps) {
    super(scope, id);
    const isAws = target.kind === "aws";

    this.#restApi = new RestApi(this, "RestApi", {
      restApiName: "Tapedeck",
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: isAws,
      ...(isAws && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }),
      deployOptions: {
        stageName: STAGE,
        tracingEnabled: isAws,
        metricsEnabled: isAws,
        ...THROTTLE,
        methodOptions: { "/login/POST": LOGIN_THROTTLE },
        ...(isAws && {
          accessLogDestination: new LogGroupLogDestination(
            new LogGroup(this, "AccessLogs", {
              retention: RetentionDays.THREE_MONTHS,
              removalPolicy: RemovalPolicy.DESTROY,
            }),
          ),
          accessLogFormat: ACCESS_LOG_FORMAT,
        }),
      },
    });
    // CDK's own output of the address, which is another one on emulators.
    this.#restApi.node.tryRemoveChild("Endpoint");
    this.host = `${this.#restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    // The URL of the L2 refers to the stage, which depends on every function: a cycle for those
    // that need to know it.
    this.url = isAws
      ? `https://${this.host}${this.basePath}`
      : `${target.endpointUrl}/restapis/${this.#restApi.restApiId}/${STAGE}/_user_request_`;

    alarms.add("ApiErrors", {
      metric: this.#restApi.metricServerError({ period: ALARM_PERIOD, statistic: "Sum" }),
      above: 4,
      consequence: "People see errors when they sign in, upload, look at their jobs or download.",
      runbook: "api-errors",
    });
    acknowledge(this.#restApi, {
      "AwsSolutions-APIG2":
        "The functions check every request by the schemas that the OpenAPI document is made from.",
      "AwsSolutions-APIG4": CHECKED_IN_FUNCTIONS,
      "AwsSolutions-COG4": CHECKED_IN_FUNCTIONS,
    });
    if (isAws) {
      acknowledge(this.#restApi.node.findChild("CloudWatchRole"), {
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]":
          "The role of API Gateway itself, one for the whole account; AWS wants this policy on it.",
      });
    }
    acknowledge(this.#restApi.deploymentStage, {
      "AwsSolutions-APIG3":
        "Throttling, the limit on failed logins and the token check stand here; a firewall is the account owner's choice.",
      "AwsSolutions-APIG6":
        "Execution logs can hold tokens and bodies; the access log names status, latency and cause.",
    });
  }

  /** Answers `routes` ("POST /login"), for scripts of any origin, as the functions do. */
  serve(routes: Record<string, NodeFunction>): void {
    const methodsByPath = new Map<string, string[]>();
    for (const [route, handler] of Object.entries(routes)) {
      const [method = "", path = ""] = route.split(" ");
      this.#restApi.root
        .resourceForPath(path)
        .addMethod(method, new LambdaIntegration(handler, { allowTestInvoke: false }));
      methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), method]);
    }
    for (const [path, allowMethods] of methodsByPath) {
      this.#restApi.root.resourceForPath(path).addCorsPreflight({
        allowOrigins: Cors.ALL_ORIGINS,
        allowMethods,
        allowHeaders: ["Authorization", "Content-Type", "Accept"],
        maxAge: Duration.hours(1),
      });
    }
    this.#explainErrors();
  }

  /** What API Gateway answers without a function has the same shape as what functions answer. */
  #explainErrors(): void {
    const respond = (type: ResponseType, status?: { code: number; title: string }) =>
      this.#restApi.addGatewayResponse(type.responseType, {
        type,
        ...(status && { statusCode: `${status.code}` }),
        responseHeaders: {
          "Access-Control-Allow-Origin": "'*'",
          "Content-Type": "'application/problem+json'",
        },
        templates: { "application/json": status ? problem(status) : UNNAMED_PROBLEM },
      });
    respond(ResponseType.DEFAULT_4XX);
    respond(ResponseType.DEFAULT_5XX, { code: 500, title: "Something went wrong. Try again." });
    // API Gateway's name for a route that doesn't exist.
    respond(ResponseType.MISSING_AUTHENTICATION_TOKEN, { code: 404, title: "Not found" });
    respond(ResponseType.THROTTLED, { code: 429, title: "Too many requests. Try again soon." });
    respond(ResponseType.REQUEST_TOO_LARGE, { code: 413, title: "The request is too large" });
    respond(ResponseType.INTEGRATION_TIMEOUT, {
      code: 504,
      title: "That took too long. Try again.",
    });
  }
}

const CHECKED_IN_FUNCTIONS =
  "Each function checks the token itself, and every owner: docs/adr/0021. Login and the API's description are open to all.";

const problem = ({ code, title }: { code: number; title: string }) =>
  JSON.stringify({ type: "about:blank", title, status: code });

/** Templates of gateway responses only know plain variables; `messageString` brings its quotes. */
const UNNAMED_PROBLEM = '{"type":"about:blank","title":$context.error.messageString}';

/** Neither query strings nor headers: they hold tokens. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    traceId: AccessLogField.contextXrayTraceId(),
    requestTime: AccessLogField.contextRequestTime(),
    sourceIp: AccessLogField.contextIdentitySourceIp(),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    latencyMs: AccessLogField.contextResponseLatency(),
    functionLatencyMs: AccessLogField.contextIntegrationLatency(),
    functionError: AccessLogField.contextIntegrationErrorMessage(),
    error: AccessLogField.contextErrorMessage(),
  }),
);
