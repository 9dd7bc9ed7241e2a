import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import type { IVpc, SecurityGroup } from "aws-cdk-lib/aws-ec2";
import {
  Effect,
  ManagedPolicy,
  Policy,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  Function as LambdaFunction,
  type LayerVersion,
  Runtime,
  Tracing,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { readBuiltCode } from "./built-code.ts";
import type { Target } from "./target.ts";

/** The private network of the functions that talk to PostgreSQL; none locally. */
export interface Network {
  vpc: IVpc;
  securityGroup: SecurityGroup;
}

export interface NodeFunctionProps {
  target: Target;
  /** The folder that `npm run build` writes; the function's bundle is functions/<name> in it. */
  buildDirectory: string;
  name: string;
  description: string;
  timeoutSeconds: number;
  memoryMiB: number;
  environment: Record<string, string>;
  layers?: LayerVersion[];
  network?: Network | undefined;
}

/** A bundled function with its own log group, and a role that can only log and trace. */
export class NodeFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    const { target, network } = props;
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(role);
    if (network !== undefined) allowNetworkInterfaces(role);

    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      // Emulators run the functions on the developer's own processor.
      architecture:
        target.kind === "local" && process.arch === "x64"
          ? Architecture.X86_64
          : Architecture.ARM_64,
      code: readBuiltCode(props.buildDirectory, "functions", props.name),
      handler: "index.handler",
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMiB,
      layers: props.layers ?? [],
      role,
      logGroup,
      tracing: target.kind === "aws" ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        POWERTOOLS_SERVICE_NAME: props.name,
        // Keeps the figures of an account's stages apart.
        POWERTOOLS_METRICS_NAMESPACE: Stack.of(scope).stackName,
        ...(target.kind === "local" && { AWS_ENDPOINT_URL: target.endpointUrl }),
        ...props.environment,
      },
      ...(network && { vpc: network.vpc, securityGroups: [network.securityGroup] }),
    });
    acknowledge(role, {
      "AwsSolutions-IAM5[Resource::*]":
        "X-Ray's PutTraceSegments and PutTelemetryRecords take no resource; no other permission here lacks one.",
    });
    if (network !== undefined) this.#denyNetworkInterfacesToCode(role);
  }

  /** Allows only `actions` on `resource`. */
  allow(actions: string[], resource: string, conditions: Record<string, unknown> = {}): void {
    this.addToRolePolicy(new PolicyStatement({ actions, resources: [resource], conditions }));
  }

  /**
   * The Lambda service needs EC2 permissions to attach the function to the network; its code must
   * not have them. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
   */
  #denyNetworkInterfacesToCode(role: Role): void {
    new Policy(this, "NetworkInterfacesNotForCode", {
      roles: [role],
      statements: [
        new PolicyStatement({
          effect: Effect.DENY,
          actions: [
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses",
          ],
          resources: ["*"],
          conditions: { ArnEquals: { "lambda:SourceFunctionArn": this.functionArn } },
        }),
      ],
    });
  }
}

function allowNetworkInterfaces(role: Role): void {
  acknowledge(role, {
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole]":
      "EC2 accepts no narrower resource for Lambda's own work here; the function's code is denied all of it.",
  });
  role.addManagedPolicy(
    ManagedPolicy.fromAwsManagedPolicyName("service-role/AWSLambdaVPCAccessExecutionRole"),
  );
}
