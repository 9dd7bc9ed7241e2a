import { z } from "zod";
import { readExpirations } from "../retention.ts";

/** What a stack contains that AWS charges for, or that determines what its videos cost. */
export interface Inventory {
  /** By name, such as "converter". */
  functions: Map<string, { memoryMiB: number; timeoutSeconds: number }>;
  /** Days that S3 keeps an object after its upload, or a source after its conversion. */
  resultRetentionDays: number;
  sourceRetentionDays: number;
  databases: { instanceClass: string; storageGb: number; zones: number }[];
  /** The most Aurora capacity units of each database that pauses. */
  pausingDatabases: number[];
  /** One for each interface endpoint and zone. */
  endpointZones: number;
  secrets: number;
  alarms: number;
  dashboards: number;
  /** Queues that Lambda polls, whether or not anything is in them. */
  polledQueues: number;
  firewalls: number;
  firewallRules: number;
  /** Types of resources that nobody has checked yet. They may cost something. */
  unknownTypes: string[];
}

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

const FunctionProperties = z.object({
  MemorySize: z.number(),
  Timeout: z.number(),
  Environment: z.object({
    Variables: z.object({ POWERTOOLS_SERVICE_NAME: z.string() }),
  }),
});
const DatabaseProperties = z.object({
  DBInstanceClass: z.string(),
  AllocatedStorage: z.coerce.number(),
  MultiAZ: z.boolean().default(false),
  ManageMasterUserPassword: z.boolean().default(false),
});
const ClusterProperties = z.object({
  ServerlessV2ScalingConfiguration: z.object({
    MinCapacity: z.literal(0),
    MaxCapacity: z.number(),
  }),
});
/** The class of an instance that is billed by capacity. */
const SERVERLESS = "db.serverless";
const EndpointProperties = z.object({
  VpcEndpointType: z.string().default("Gateway"),
  SubnetIds: z.array(z.unknown()).default([]),
});
const FirewallProperties = z.object({ Rules: z.array(z.unknown()).default([]) });

/** Types that cost money; {@link readInventory} looks at each. */
const PRICED = {
  function: "AWS::Lambda::Function",
  bucket: "AWS::S3::Bucket",
  database: "AWS::RDS::DBInstance",
  cluster: "AWS::RDS::DBCluster",
  endpoint: "AWS::EC2::VPCEndpoint",
  secret: "AWS::SecretsManager::Secret",
  alarm: "AWS::CloudWatch::Alarm",
  dashboard: "AWS::CloudWatch::Dashboard",
  eventSource: "AWS::Lambda::EventSourceMapping",
  firewall: "AWS::WAFv2::WebACL",
} as const;

/** Types that cost nothing, or only for what passes through them. */
const FREE = [
  /^AWS::ApiGateway::/,
  /^AWS::IAM::/,
  /^AWS::CloudFront::/,
  /^AWS::SQS::/,
  /^AWS::SNS::/,
  /^AWS::SES::/,
  /^AWS::Logs::LogGroup$/,
  // Saved queries cost nothing; a query costs $0.005 for each GB that it reads.
  /^AWS::Logs::QueryDefinition$/,
  /^AWS::Lambda::(LayerVersion|Permission|Version|Alias|EventInvokeConfig)$/,
  /^AWS::S3::BucketPolicy$/,
  /^AWS::EC2::(VPC|Subnet|RouteTable|SubnetRouteTableAssociation|SecurityGroup|SecurityGroupIngress|SecurityGroupEgress|FlowLog)$/,
  /^AWS::RDS::(DBSubnetGroup|DBParameterGroup|DBClusterParameterGroup)$/,
  /^AWS::SecretsManager::(SecretTargetAttachment|ResourcePolicy)$/,
  /^AWS::WAFv2::WebACLAssociation$/,
  // A rule on a schedule, and a budget that only warns.
  /^AWS::Events::Rule$/,
  /^AWS::Budgets::Budget$/,
  /^AWS::Route53::RecordSet$/,
  /^AWS::CDK::Metadata$/,
  // They call functions of the CDK during a deployment, which have no service name.
  /^Custom::/,
  /^AWS::CloudFormation::CustomResource$/,
];

/** Reads a synthesised CloudFormation template of the AWS target. */
export function readInventory(template: unknown): Inventory {
  const resources = Object.values(Template.parse(template).Resources);
  const propertiesOf = (type: string) =>
    resources.flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
  const count = (type: string) => propertiesOf(type).length;

  const databases = z
    .array(DatabaseProperties)
    .parse(propertiesOf(PRICED.database).filter((it) => it.DBInstanceClass !== SERVERLESS));
  const clusters = z.array(ClusterProperties).parse(propertiesOf(PRICED.cluster));
  const managedPasswords = databases.filter((it) => it.ManageMasterUserPassword).length;
  const endpoints = z.array(EndpointProperties).parse(propertiesOf(PRICED.endpoint));
  const firewalls = z.array(FirewallProperties).parse(propertiesOf(PRICED.firewall));
  const days = readExpirations(template);
  const priced = new Set<string>(Object.values(PRICED));

  return {
    functions: new Map(
      propertiesOf(PRICED.function).flatMap((properties) => {
        const { data } = FunctionProperties.safeParse(properties);
        if (!data) return [];
        const { Environment, MemorySize, Timeout } = data;
        const settings = { memoryMiB: MemorySize, timeoutSeconds: Timeout };
        return [[Environment.Variables.POWERTOOLS_SERVICE_NAME, settings] as const];
      }),
    ),
    resultRetentionDays: z.number().parse(days.get("results")),
    sourceRetentionDays: z.number().parse(days.get("finished")),
    databases: databases.map(({ DBInstanceClass, AllocatedStorage, MultiAZ }) => ({
      instanceClass: DBInstanceClass,
      storageGb: AllocatedStorage,
      zones: MultiAZ ? 2 : 1,
    })),
    pausingDatabases: clusters.map((it) => it.ServerlessV2ScalingConfiguration.MaxCapacity),
    endpointZones: endpoints
      .filter((it) => it.VpcEndpointType === "Interface")
      .reduce((zones, { SubnetIds }) => zones + SubnetIds.length, 0),
    secrets: count(PRICED.secret) + managedPasswords,
    alarms: count(PRICED.alarm),
    dashboards: count(PRICED.dashboard),
    polledQueues: count(PRICED.eventSource),
    firewalls: firewalls.length,
    firewallRules: firewalls.reduce((rules, { Rules }) => rules + Rules.length, 0),
    unknownTypes: [...new Set(resources.map(({ Type }) => Type))]
      .filter((type) => !priced.has(type) && !FREE.some((pattern) => pattern.test(type)))
      .sort(),
  };
}
