import { Aws, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccessLogField,
  AccessLogFormat,
  Cors,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  RestApi,
} from "aws-cdk-lib/aws-apigateway";
import type { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct, type IDependable } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { ALARM_PERIOD, type Alarms } from "./alarms.ts";
import { explainErrors } from "./api-errors.ts";
import { apiStageArn, Firewall } from "./firewall.ts";
import type { NodeFunction } from "./node-function.ts";
import type { Target } from "./target.ts";

const STAGE = "v1";

/**
 * Requests a second for the whole stage, and at a time. 50 people who convert one short video after
 * another cause about 90 a second, most of them to poll a job.
 */
const THROTTLE = { throttlingRateLimit: 200, throttlingBurstLimit: 400 };
/** A login takes a password hash and one of about a hundred database connections. */
const LOGIN_THROTTLE = { throttlingRateLimit: 10, throttlingBurstLimit: 20 };

export interface ApiProps {
  target: Target;
  alarms: Alarms;
}

/** The HTTP API: routes to functions, and the answers that API Gateway gives without them. */
export class Api extends Construct {
  readonly #restApi: RestApi;
  /** The address of the routes, without a slash at the end. */
  readonly url: string;
  readonly host: string;
  /** The path on `host` before the routes. */
  readonly basePath = `/${STAGE}`;
  /**
   * On AWS, requests without this in `x-api-key` are refused. Only CloudFront has it, so its
   * headers can be trusted: docs/adr/0024.
   */
  readonly frontDoorKey: string | undefined;

  constructor(scope: Construct, id: string, { target, alarms }: ApiProps) {
    super(scope, id);
    const isAws = target.kind === "aws";

    this.#restApi = new RestApi(this, "RestApi", {
      restApiName: Stack.of(this).stackName,
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: isAws,
      ...(isAws && { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }),
      deployOptions: {
        stageName: STAGE,
        tracingEnabled: isAws,
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
    if (isAws) {
      const secret = new Secret(this, "FrontDoorKey", {
        description: "CloudFront sends it to the API, which answers nobody else",
        generateSecretString: { passwordLength: 40, excludePunctuation: true },
      });
      acknowledge(secret, {
        "AwsSolutions-SMG4":
          "It opens nothing without a token; CloudFront and the API would have to change it at once.",
      });
      // It stays a reference in the template; AWS fills it in.
      this.frontDoorKey = secret.secretValue.unsafeUnwrap();
    }
    // The CDK's own output of the address, which is wrong on emulators.
    this.#restApi.node.tryRemoveChild("Endpoint");
    this.host = `${this.#restApi.restApiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`;
    // The URL of the construct refers to the stage, which depends on every function. For functions
    // that need the URL that would be a cycle.
    this.url = isAws
      ? `https://${this.host}${this.basePath}`
      : `${target.publicEndpoint}/_aws/execute-api/${this.#restApi.restApiId}/${STAGE}`;

    alarms.add("ApiErrors", {
      metric: this.metricServerError(),
      above: 4,
      consequence: "People see errors when they sign in, upload, look at their jobs or download.",
      runbook: "api-errors",
    });
    acknowledge(this.#restApi, {
      "AwsSolutions-APIG2":
        "The functions check every request with the schemas that generate the OpenAPI document.",
      "AwsSolutions-APIG4": CHECKED_IN_FUNCTIONS,
      "AwsSolutions-COG4": CHECKED_IN_FUNCTIONS,
    });
    if (isAws) {
      acknowledge(this.#restApi.node.findChild("CloudWatchRole"), {
        "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]":
          "The role of API Gateway itself, one for the whole account; AWS wants this policy on it.",
      });
    }
    if (target.kind === "aws" && target.firewall) {
      const stageArn = apiStageArn(this.#restApi.restApiId, STAGE);
      const firewall = new Firewall(this, "Firewall", { stageArn });
      firewall.node.addDependency(this.#restApi.deploymentStage);
    }
    acknowledge(this.#restApi.deploymentStage, {
      "AwsSolutions-APIG3":
        "Throttling, the limit on failed logins and the token check protect it; a firewall is a setting of the stage.",
      "AwsSolutions-APIG6":
        "Execution logs can hold tokens and bodies; the access log names status, latency and cause.",
    });
  }

  /** Depend on this to wait until every route is deployed. */
  get stage(): IDependable {
    return this.#restApi.deploymentStage;
  }

  metricLatency(statistic: string): Metric {
    return this.#restApi.metricLatency({ period: ALARM_PERIOD, statistic });
  }

  metricClientError(): Metric {
    return this.#restApi.metricClientError({ period: ALARM_PERIOD, statistic: "Sum" });
  }

  metricServerError(): Metric {
    return this.#restApi.metricServerError({ period: ALARM_PERIOD, statistic: "Sum" });
  }

  /**
   * Serves `routes` ("POST /login"), to scripts of any origin, as the functions do. `others`
   * answers the methods that a path doesn't have: API Gateway itself would say that the path
   * doesn't exist.
   */
  serve(routes: Record<string, NodeFunction>, others: NodeFunction): void {
    const methodsByPath = new Map<string, string[]>();
    for (const [route, handler] of Object.entries(routes)) {
      const [method = "", path = ""] = route.split(" ");
      this.#addMethod(path, method, handler);
      methodsByPath.set(path, [...(methodsByPath.get(path) ?? []), method]);
    }
    for (const [path, allowMethods] of methodsByPath) {
      this.#addMethod(path, "ANY", others);
      this.#restApi.root.resourceForPath(path).addCorsPreflight({
        allowOrigins: Cors.ALL_ORIGINS,
        allowMethods,
        allowHeaders: ["Authorization", "Content-Type", "Accept"],
        maxAge: Duration.hours(1),
      });
    }
    if (this.frontDoorKey !== undefined) this.#admitOnly(this.frontDoorKey);
    explainErrors(this.#restApi);
  }

  #addMethod(path: string, method: string, handler: NodeFunction): void {
    this.#restApi.root
      .resourceForPath(path)
      .addMethod(method, new LambdaIntegration(handler, { allowTestInvoke: false }), {
        apiKeyRequired: this.frontDoorKey !== undefined,
      });
  }

  /** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html */
  #admitOnly(frontDoorKey: string): void {
    this.#restApi
      .addUsagePlan("FrontDoor", { apiStages: [{ stage: this.#restApi.deploymentStage }] })
      .addApiKey(this.#restApi.addApiKey("FrontDoorKey", { value: frontDoorKey }));
  }
}

const CHECKED_IN_FUNCTIONS =
  "Each function checks the token itself, and every owner: docs/adr/0002. Login and the API's description are open to all.";

/** Neither query strings nor headers: they hold tokens. */
const ACCESS_LOG_FORMAT = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    traceId: AccessLogField.contextXrayTraceId(),
    requestTime: AccessLogField.contextRequestTime(),
    method: AccessLogField.contextHttpMethod(),
    route: AccessLogField.contextResourcePath(),
    status: AccessLogField.contextStatus(),
    latencyMs: AccessLogField.contextResponseLatency(),
    functionLatencyMs: AccessLogField.contextIntegrationLatency(),
    functionError: AccessLogField.contextIntegrationErrorMessage(),
    error: AccessLogField.contextErrorMessage(),
  }),
);
