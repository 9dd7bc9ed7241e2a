import { ArnFormat, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { AnyPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import {
  createDatabaseEngine,
  DATABASE_NAME,
  DATABASE_USER,
  type DatabaseEngine,
} from "./database-engine.ts";
import type { Network, NodeFunction } from "./node-function.ts";
import type { AwsTarget } from "./stage.ts";

/** The Lambda runtime's own bundle: it has the authorities that sign RDS certificates. */
const RDS_CERTIFICATES_PATH = "/var/runtime/ca-cert.pem";

/** How a function reaches the users' database. */
export interface Database {
  /** The network that the function has to run in; undefined means any. */
  readonly network: Network | undefined;
  readonly environment: Record<string, string>;
  /** How long a function in a hurry waits for a connection, at most. */
  readonly connectSeconds: number;
  /** Lets `user` sign in to the database. */
  allow(user: NodeFunction): void;
}

/** The PostgreSQL that the developer's machine runs. */
export const databaseAt = (url: string): Database => ({
  network: undefined,
  environment: { DATABASE_URL: url },
  connectSeconds: 3,
  allow: () => {},
});

export interface RdsDatabaseProps {
  target: AwsTarget;
}

/**
 * The users' database, in a network whose only exit is S3's gateway, which is free. Functions in it
 * sign in to the database with their roles, which needs no other service.
 */
export class RdsDatabase extends Construct implements Database {
  readonly engine: DatabaseEngine;
  readonly network: Network;
  readonly environment: Record<string, string>;

  constructor(scope: Construct, id: string, { target }: RdsDatabaseProps) {
    super(scope, id);

    // The CDK's classes don't fit their own interfaces under exactOptionalPropertyTypes.
    const vpc = new Vpc(this, "Vpc", {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: "isolated", subnetType: SubnetType.PRIVATE_ISOLATED }],
      // The CDK would empty the default group with a custom resource. Nothing is ever put into that
      // group.
      restrictDefaultSecurityGroup: false,
    }) as IVpc;
    vpc.addFlowLog("FlowLog", {
      trafficType: FlowLogTrafficType.REJECT,
      destination: FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, "FlowLogs", {
          retention: RetentionDays.ONE_MONTH,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
      ),
    });
    const createSecurityGroup = (groupId: string, description: string) =>
      new SecurityGroup(this, groupId, { vpc, description, allowAllOutbound: false });
    const functions = createSecurityGroup("Functions", "Functions that use the database");

    this.engine = createDatabaseEngine(this, {
      target,
      vpc,
      securityGroup: createSecurityGroup("Instance", "The database of users"),
      clients: functions,
    });

    this.network = { vpc, securityGroup: functions };
    this.environment = {
      DATABASE_HOST: this.engine.host,
      DATABASE_PORT: this.engine.port,
      DATABASE_NAME,
      DATABASE_USER,
      DATABASE_CONNECT_SECONDS: `${this.engine.connectSeconds}`,
      NODE_EXTRA_CA_CERTS: RDS_CERTIFICATES_PATH,
    };
  }

  get connectSeconds(): number {
    return this.engine.connectSeconds;
  }

  /** Lets functions in the network reach these objects in S3, as far as their roles allow it. */
  letReachObjects(bucket: Pick<Bucket, "bucketArn" | "arnForObjects">, keys: string): void {
    const endpoint = this.network.vpc.addGatewayEndpoint("S3", {
      service: GatewayVpcEndpointAwsService.S3,
    });
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ["s3:GetObject", "s3:PutObject"],
        resources: [bucket.arnForObjects(keys)],
      }),
    );
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ["s3:ListBucket"],
        resources: [bucket.bucketArn],
      }),
    );
    this.network.securityGroup.addEgressRule(
      Peer.anyIpv4(),
      Port.HTTPS,
      "S3 through its gateway endpoint; no route leads anywhere else",
    );
  }

  allow(user: NodeFunction): void {
    user.allow(
      ["rds-db:connect"],
      Stack.of(this).formatArn({
        service: "rds-db",
        resource: "dbuser",
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        resourceName: `${this.engine.resourceId}/${DATABASE_USER}`,
      }),
    );
  }
}
