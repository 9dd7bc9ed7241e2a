import { AWS_FIGURES } from "../../engine/reading/aws-figures.ts";

/**
 * List prices in US dollars, in us-east-1, without tax or discounts. When you update one, update
 * {@link PRICES_OF}.
 */
export const PRICES_OF = "2026-11-26";

export interface Price {
  usd: number;
  /** The unit that costs `usd`. */
  unit: string;
  source: string;
  /** Free each month for the whole account, permanently; without offers that end after a year. */
  free?: number;
  /** Why you should compare this with its source before you rely on it. */
  check?: string;
}

const MILLION = 1e6;
const LAMBDA = "https://aws.amazon.com/lambda/pricing/";
const S3 = "https://aws.amazon.com/s3/pricing/";
const EC2 = "https://aws.amazon.com/ec2/pricing/on-demand/";
const RDS = "https://aws.amazon.com/rds/postgresql/pricing/";
const CLOUDFRONT = "https://aws.amazon.com/cloudfront/pricing/pay-as-you-go/";
const CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/";
const WAF = "https://aws.amazon.com/waf/pricing/";

export const PRICES = {
  lambdaGbSecond: {
    usd: AWS_FIGURES.dollarsPerGbSecond,
    unit: "GB-second, arm64",
    source: LAMBDA,
    free: 400_000,
  },
  lambdaRequest: { usd: 0.2 / MILLION, unit: "request", source: LAMBDA, free: MILLION },
  apiRequest: {
    usd: 3.5 / MILLION,
    unit: "request",
    source: "https://aws.amazon.com/api-gateway/pricing/",
  },
  s3GbMonth: { usd: 0.023, unit: "GB-month", source: S3 },
  s3Write: { usd: 0.005 / 1000, unit: "PUT, POST or LIST", source: S3 },
  s3Read: { usd: AWS_FIGURES.dollarsPerGet, unit: "GET or HEAD", source: S3 },
  transferGb: { usd: 0.09, unit: "GB to the internet", source: EC2, free: 100 },
  cloudFrontRequest: {
    usd: 1 / MILLION,
    unit: "HTTPS request",
    source: CLOUDFRONT,
    free: 10 * MILLION,
  },
  cloudFrontFunction: {
    usd: 0.1 / MILLION,
    unit: "invocation",
    source: CLOUDFRONT,
    free: 2 * MILLION,
  },
  sqsRequest: {
    usd: 0.4 / MILLION,
    unit: "request",
    source: "https://aws.amazon.com/sqs/pricing/",
    free: MILLION,
  },
  email: {
    usd: 0.1 / 1000,
    unit: "email",
    source: "https://aws.amazon.com/ses/pricing/",
  },
  secretMonth: {
    usd: 0.4,
    unit: "secret-month",
    source: "https://aws.amazon.com/secrets-manager/pricing/",
  },
  databaseGbMonth: { usd: 0.115, unit: "GB-month, gp3", source: RDS },
  auroraUnitHour: {
    usd: 0.12,
    unit: "ACU-hour",
    source: "https://aws.amazon.com/rds/aurora/pricing/",
  },
  auroraGbMonth: {
    usd: 0.1,
    unit: "GB-month",
    source: "https://aws.amazon.com/rds/aurora/pricing/",
  },
  endpointHour: {
    usd: 0.01,
    unit: "interface endpoint-hour in a zone",
    source: "https://aws.amazon.com/privatelink/pricing/",
  },
  alarmMonth: { usd: 0.1, unit: "alarm-month", source: CLOUDWATCH, free: 10 },
  metricMonth: { usd: 0.3, unit: "custom metric-month", source: CLOUDWATCH, free: 10 },
  dashboardMonth: { usd: 3, unit: "dashboard-month", source: CLOUDWATCH, free: 3 },
  logGb: { usd: 0.5, unit: "GB of logs", source: CLOUDWATCH, free: 5 },
  trace: {
    usd: 5 / MILLION,
    unit: "trace",
    source: "https://aws.amazon.com/xray/pricing/",
    free: 100_000,
  },
  firewallMonth: { usd: 5, unit: "web ACL-month", source: WAF },
  firewallRuleMonth: { usd: 1, unit: "rule-month", source: WAF },
  firewallRequest: { usd: 0.6 / MILLION, unit: "request", source: WAF },

  // The alternatives.
  mediaConvertMinute: {
    usd: 0.003,
    unit: "minute of audio-only output",
    source: "https://aws.amazon.com/mediaconvert/pricing/",
    check: "The page counts normalized minutes, with a factor for audio that we couldn't find.",
  },
  serverHour: { usd: 0.0168, unit: "t4g.small-hour", source: EC2 },
  publicIpv4Hour: {
    usd: 0.005,
    unit: "IPv4 address-hour",
    source: "https://aws.amazon.com/vpc/pricing/",
  },
  serverGbMonth: {
    usd: 0.08,
    unit: "GB-month, gp3",
    source: "https://aws.amazon.com/ebs/pricing/",
  },
  cloudConvertMinute: {
    usd: 0.017,
    unit: "started minute of converting",
    source: "https://cloudconvert.com/pricing",
    check: "From memory, for packages of about 1,000; larger ones cost less.",
  },
} as const satisfies Record<string, Price>;

export type PriceName = keyof typeof PRICES;

/** An hour of a database by its class, in one zone. */
export const DATABASE_HOUR: Record<string, Price> = {
  "db.t4g.micro": { usd: 0.016, unit: "hour", source: RDS },
  "db.t4g.small": { usd: 0.032, unit: "hour", source: RDS },
  "db.t4g.medium": { usd: 0.065, unit: "hour", source: RDS },
  "db.m8g.large": {
    usd: 0.185,
    unit: "hour",
    source: RDS,
    check: "A tenth above db.m7g.large, like the machines in EC2.",
  },
};

/** As AWS counts a month: 365 days of 24 hours, by 12. */
export const HOURS_A_MONTH = 730;
