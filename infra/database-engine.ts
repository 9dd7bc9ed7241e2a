import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { type Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { InstanceType, type IVpc, type SecurityGroup, SubnetType } from "aws-cdk-lib/aws-ec2";
import {
  AuroraPostgresEngineVersion,
  CaCertificate,
  type CfnDBCluster,
  type CfnDBInstance,
  ClusterInstance,
  Credentials,
  DatabaseCluster,
  DatabaseClusterEngine,
  DatabaseInstance,
  DatabaseInstanceEngine,
  EngineLifecycleSupport,
  PostgresEngineVersion,
  StorageType,
} from "aws-cdk-lib/aws-rds";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import { ALARM_PERIOD } from "./alarms.ts";
import type { AwsTarget } from "./stage.ts";

export const DATABASE_NAME = "tapedeck";
/** The only user. Its password is a token that a function's role signs. */
export const DATABASE_USER = "tapedeck";

/** Aurora's minimum. A user who signs in soon after another one doesn't wait. */
const PAUSE_AFTER = Duration.minutes(5);
/**
 * A function that has done its work is frozen with its connection open, which keeps the database
 * from pausing. So the server closes idle connections, and a function opens a new one when it
 * continues.
 */
const IDLE_SESSION_MILLISECONDS = 60_000;

/** The PostgreSQL server that holds the users. */
export interface DatabaseEngine {
  readonly host: string;
  readonly port: string;
  /** The id that the permission to sign in names. */
  readonly resourceId: string;
  /** How long a function waits for a connection, at most. */
  readonly connectSeconds: number;
  /** The load in per cent. */
  readonly load: Metric;
  readonly connections: Metric;
  /** In bytes; undefined if storage grows without a limit. */
  readonly freeStorage: Metric | undefined;
}

export interface DatabaseEngineProps {
  target: AwsTarget;
  vpc: IVpc;
  securityGroup: SecurityGroup;
  /** Who may connect. */
  clients: SecurityGroup;
}

export function createDatabaseEngine(scope: Construct, props: DatabaseEngineProps): DatabaseEngine {
  const { database } = props.target;
  return database.kind === "rds"
    ? createInstance(scope, props, database.instance)
    : createPausingCluster(scope, props);
}

const describeServer = ({ target, vpc, securityGroup }: DatabaseEngineProps) => ({
  vpc,
  vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
  securityGroups: [securityGroup],
  credentials: Credentials.fromUsername(DATABASE_USER),
  manageMasterUserPassword: true,
  iamAuthentication: true,
  storageEncrypted: true,
  copyTagsToSnapshot: true,
  // If the first deployment failed, a protected database couldn't be rolled back, and would go on
  // costing money. So the stack is protected instead, and deleting the database keeps a snapshot.
  deletionProtection: false,
  removalPolicy: target.protectData ? RemovalPolicy.SNAPSHOT : RemovalPolicy.DESTROY,
  // Extended support costs money, and is on by default.
  engineLifecycleSupport: EngineLifecycleSupport.OPEN_SOURCE_RDS_EXTENDED_SUPPORT_DISABLED,
});

/**
 * The CDK doesn't support a user without a password yet. Neither a secret nor a rotation is needed.
 */
function signInByRole(server: CfnDBInstance | CfnDBCluster): void {
  server.manageMasterUserPassword = undefined;
  server.masterUserAuthenticationType = "iam-db-auth";
}

const acknowledgeServer = (server: Construct) =>
  acknowledge(server, {
    "AwsSolutions-RDS3":
      "Without the database nobody can sign in, but conversions, emails and signed-in people go on: docs/adr/0022.",
    "AwsSolutions-RDS11":
      "Nothing outside can enter the network, and another port would hide nothing from those inside.",
    "AwsSolutions-RDS10":
      "The stack is protected instead; a protected database would block the rollback of a failed first deployment.",
  });

/** Creates one small instance, which always runs. */
function createInstance(
  scope: Construct,
  props: DatabaseEngineProps,
  instanceType: string,
): DatabaseEngine {
  const instance = new DatabaseInstance(scope, "Users", {
    ...describeServer(props),
    engine: DatabaseInstanceEngine.postgres({ version: PostgresEngineVersion.VER_18 }),
    instanceType: new InstanceType(instanceType),
    databaseName: DATABASE_NAME,
    parameters: { "rds.force_ssl": "1" },
    caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
    storageType: StorageType.GP3,
    allocatedStorage: 20,
    maxAllocatedStorage: 100,
    backupRetention: Duration.days(props.target.database.backupDays),
    autoMinorVersionUpgrade: true,
  });
  instance.connections.allowDefaultPortFrom(props.clients);
  signInByRole(instance.node.defaultChild as CfnDBInstance);
  acknowledgeServer(instance);
  const period = { period: ALARM_PERIOD };
  return {
    host: instance.dbInstanceEndpointAddress,
    port: instance.dbInstanceEndpointPort,
    resourceId: instance.instanceResourceId ?? "",
    connectSeconds: 3,
    load: instance.metricCPUUtilization({ ...period, statistic: Stats.AVERAGE }),
    connections: instance.metricDatabaseConnections({ ...period, statistic: Stats.MAXIMUM }),
    freeStorage: instance.metricFreeStorageSpace({ ...period, statistic: Stats.MINIMUM }),
  };
}

/**
 * Creates an Aurora Serverless v2 cluster that pauses when nobody is connected. It is billed by the
 * second while it runs. The first user to sign in after a pause waits for about 15 seconds, and
 * after a day of pause half a minute longer.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
function createPausingCluster(scope: Construct, props: DatabaseEngineProps): DatabaseEngine {
  const cluster = new DatabaseCluster(scope, "Cluster", {
    ...describeServer(props),
    engine: DatabaseClusterEngine.auroraPostgres({ version: AuroraPostgresEngineVersion.VER_17_7 }),
    writer: ClusterInstance.serverlessV2("Writer", {
      caCertificate: CaCertificate.RDS_CA_RSA2048_G1,
      autoMinorVersionUpgrade: true,
      publiclyAccessible: false,
    }),
    serverlessV2MinCapacity: 0,
    serverlessV2MaxCapacity: 1,
    serverlessV2AutoPauseDuration: PAUSE_AFTER,
    defaultDatabaseName: DATABASE_NAME,
    parameters: { "rds.force_ssl": "1", idle_session_timeout: `${IDLE_SESSION_MILLISECONDS}` },
    backup: { retention: Duration.days(props.target.database.backupDays) },
  });
  cluster.connections.allowDefaultPortFrom(props.clients);
  signInByRole(cluster.node.defaultChild as CfnDBCluster);
  acknowledgeServer(cluster);
  const period = { period: ALARM_PERIOD };
  return {
    host: cluster.clusterEndpoint.hostname,
    port: `${cluster.clusterEndpoint.port}`,
    resourceId: cluster.clusterResourceIdentifier,
    // API Gateway waits for 29 seconds. Login and the function that it invokes reserve some of
    // them.
    connectSeconds: 18,
    // As a share of its maximum.
    load: cluster.metric("ACUUtilization", { ...period, statistic: Stats.AVERAGE }),
    connections: cluster.metricDatabaseConnections({ ...period, statistic: Stats.MAXIMUM }),
    freeStorage: undefined,
  };
}
