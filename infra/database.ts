import { Duration, RemovalPolicy } from "aws-cdk-lib";
import {
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  InstanceType,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
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
  Credentials,
  DatabaseInstance,
  DatabaseInstanceEngine,
  EngineLifecycleSupport,
  PostgresEngineVersion,
  StorageType,
} from "aws-cdk-lib/aws-rds";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { Network, NodeFunction } from "./node-function.ts";
import type { AwsTarget } from "./stage.ts";

/** The Lambda runtime's own bundle: it has the authorities that sign RDS certificates. */
const RDS_CERTIFICATES_PATH = "/var/runtime/ca-cert.pem";

/** How a function reaches the users' database. */
export interface Database {
  /** Where the function has to run; undefined means anywhere. */
  readonly network: Network | undefined;
  readonly environment: Record<string, string>;
  /** Lets `user` read the credentials. */
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
  /** What functions in the network read besides the database's credentials. */
  otherSecrets: Pick<ISecret, "secretArn">[];
}

/**
 * The users' database in a network that has no way to the internet, in or out. The one AWS
 * service that functions in it call, Secrets Manager, has an endpoint there.
 */
export class RdsDatabase extends Construct implements Database {
  readonly instance: DatabaseInstance;
  readonly network: Network;
  readonly environment: Record<string, string>;
  readonly #credentials: ISecret;

  constructor(scope: Construct, id: string, { target, otherSecrets }: RdsDatabaseProps) {
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
      databaseName: "tapedeck",
      credentials: Credentials.fromGeneratedSecret("tapedeck"),
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
    this.#credentials = this.instance.secret as ISecret;

    const endpoint = new InterfaceVpcEndpoint(this, "SecretsManager", {
      vpc,
      service: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      securityGroups: [createSecurityGroup("Endpoint", "Secrets Manager")],
      open: false,
    });
    endpoint.connections.allowDefaultPortFrom(functions);
    endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ["secretsmanager:GetSecretValue"],
        resources: [this.#credentials, ...otherSecrets].map(({ secretArn }) => secretArn),
      }),
    );

    this.network = { vpc, securityGroup: functions };
    this.environment = {
      DATABASE_SECRET_ARN: this.#credentials.secretArn,
      NODE_EXTRA_CA_CERTS: RDS_CERTIFICATES_PATH,
    };
    acknowledge(this.instance, {
      "AwsSolutions-RDS3":
        "Without the database nobody can sign in, but conversions, emails and signed-in people go on: docs/adr/0022.",
      "AwsSolutions-RDS11":
        "The network has no way in; another port would hide nothing from whoever is in it.",
      "AwsSolutions-RDS10": "The stack is protected, which a failed first deployment survives.",
    });
    acknowledge(this.instance.node.findChild("Secret"), {
      "AwsSolutions-SMG4":
        "Rotation needs a function of AWS's in the network; the runbook rotates by hand instead.",
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
    user.allow(["secretsmanager:GetSecretValue"], this.#credentials.secretArn);
  }
}
