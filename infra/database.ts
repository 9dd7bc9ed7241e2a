import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InstanceType,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from "aws-cdk-lib/aws-ec2";
import { AnyPrincipal, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import {
  CaCertificate,
  type CfnDBInstance,
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  EngineLifecycleSupport,
  PostgresEngineVersion,
  StorageType,
} from "aws-cdk-lib/aws-rds";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { Network, NodeFunction } from "./node-function.ts";
import type { AwsTarget } from "./stage.ts";

/** The Lambda runtime's own bundle: it has the authorities that sign RDS certificates. */
const RDS_CERTIFICATES_PATH = "/var/runtime/ca-cert.pem";

const DATABASE_NAME = "tapedeck";
/** The one user, whose password is a token that a function's role signs. */
const USER = "tapedeck";

/** How a function reaches the users' database. */
export interface Database {
  /** Where the function has to run; undefined means anywhere. */
  readonly network: Network | undefined;
  readonly environment: Record<string, string>;
  /** Lets `user` sign in to the database. */
  allow(user: NodeFunction): void;
}

/** The PostgreSQL that the developer's machine runs. */
export const databaseAt = (url: string): Database => ({
  network: undefined,
  environment: { DATABASE_URL: url },
  allow: () => {},
});

export interface RdsDatabaseProps {
  target: AwsTarget;
}

/**
 * The users' database in a network that has no way out or in but to S3's gateway, which is free:
 * functions in it sign in to the database by their role, for which they need nobody else.
 */
export class RdsDatabase extends Construct implements Database {
  readonly instance: DatabaseInstance;
  readonly network: Network;
  readonly environment: Record<string, string>;

  constructor(scope: Construct, id: string, { target }: RdsDatabaseProps) {
    super(scope, id);

    // CDK's classes don't meet their own interfaces under exactOptionalPropertyTypes.
    const vpc = new Vpc(this, "Vpc", {
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: "isolated", subnetType: SubnetType.PRIVATE_ISOLATED }],
      // CDK empties the default group by a custom resource; nothing is ever put in that group.
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

    this.instance = new DatabaseInstance(this, "Users", {
      engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 }),
      instanceType: new InstanceType(target.database.instance),
      vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
      securityGroups: [createSecurityGroup("Instance", "The database of users")],
      databaseName: DATABASE_NAME,
      credentials: Credentials.fromUsername(USER),
      manageMasterUserPassword: true,
      iamAuthentication: true,
      parameters: { "rds.force_ssl": "1" },
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      storageType: StorageType.GP3,
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      storageEncrypted: true,
      backupRetention: Duration.days(target.database.backupDays),
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      // A protected instance couldn't be rolled back when the first deployment fails, and would be
      // paid on. The stack is protected instead, and what deletes the instance keeps a snapshot.
      deletionProtection: false,
      removalPolicy: target.protectData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
      // Extended support is paid, and on unless it is declined.
      engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
    });
    this.instance.connections.allowDefaultPortFrom(functions);
    // CDK knows no user without a password yet: neither a secret nor a rotation is needed.
    const instance = this.instance.node.defaultChild as CfnDBInstance;
    instance.manageMasterUserPassword = undefined;
    instance.masterUserAuthenticationType = "iam-db-auth";

    this.network = { vpc, securityGroup: functions };
    this.environment = {
      DATABASE_HOST: this.instance.dbInstanceEndpointAddress,
      DATABASE_PORT: this.instance.dbInstanceEndpointPort,
      DATABASE_NAME,
      DATABASE_USER: USER,
      NODE_EXTRA_CA_CERTS: RDS_CERTIFICATES_PATH,
    };
    acknowledge(this.instance, {
      "AwsSolutions-RDS3":
        "Without the database nobody can sign in, but conversions, emails and signed-in people go on: docs/adr/0022.",
      "AwsSolutions-RDS11":
        "The network has no way in; another port would hide nothing from whoever is in it.",
      "AwsSolutions-RDS10": "The stack is protected, which a failed first deployment survives.",
    });
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
      "S3 by its gateway endpoint; no route leads anywhere else",
    );
  }

  allow(user: NodeFunction): void {
    user.allow(
      ["rds-db:connect"],
      Stack.of(this).formatArn({
        service: "rds-db",
        resource: "dbuser",
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        resourceName: `${this.instance.instanceResourceId}/${USER}`,
      }),
    );
  }
}
