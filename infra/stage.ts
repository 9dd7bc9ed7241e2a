import { z } from "zod";
import { Limits } from "./limits.ts";

const Address = z.string().check(({ value, issues }) => {
  const message = explainAddress(value);
  if (message) issues.push({ code: "custom", message, input: value });
});

function explainAddress(value: string): string | undefined {
  if (value === "") return 'is missing: set an address, for example "tapedeck@example.org"';
  if (z.email().safeParse(value).success) return undefined;
  if (z.hostname().safeParse(value).success && value.includes(".")) {
    return `"${value}" is a domain: set an address in it, for example "tapedeck@${value}"`;
  }
  return `"${value}" isn't an email address such as "tapedeck@example.org"`;
}

const DomainName = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    'must be a domain name in lower case, for example "tapedeck.example.org"',
  );

/** The address that emails come from, and how SES verifies it. */
const Sender = z.union([
  Address,
  z.discriminatedUnion("identity", [
    z.strictObject({
      address: Address,
      /**
       * The stack creates an SES identity for the address's domain; its DNS needs the records in
       * the outputs.
       */
      identity: z.literal("domain"),
      /** Bounces go to this subdomain, such as "mail", so that SPF is the domain's own. */
      mailFrom: z
        .string()
        .regex(/^[a-z0-9-]+$/, 'must be one label, such as "mail"')
        .optional(),
    }),
    z.strictObject({
      address: Address,
      /** The address or its domain is verified already: by hand, or by another stage. */
      identity: z.literal("existing"),
      name: z.string().min(3, "must be the verified address or domain"),
    }),
  ]),
]);

const BackupDays = z.int().min(1).max(35);

const Database = z.discriminatedUnion("kind", [
  z.strictObject({
    /** One small RDS instance, which is always running and always billed. */
    kind: z.literal("rds"),
    instance: z.enum(["t4g.micro", "t4g.small", "t4g.medium", "m8g.large"]).default("t4g.micro"),
    /** Accounts on AWS's free plan allow 1 day at most. */
    backupDays: BackupDays.default(14),
  }),
  z.strictObject({
    /**
     * Aurora that pauses. It costs next to nothing at rest, but the first user to sign in then
     * waits.
     */
    kind: z.literal("aurora"),
    backupDays: BackupDays.default(14),
  }),
]);

/**
 * The settings of one stage on AWS. Unknown ones are errors, so that a typing error doesn't fall
 * back to a default.
 */
export const StageSettings = z.strictObject({
  ...Limits.shape,
  /** The address that emails come from. SES sends a plain address a link to confirm. */
  sender: Sender,
  /** The address that alarms go to, or "none". */
  alarmEmail: z.union([z.literal("none"), Address]),
  /** The page's own address. CloudFront accepts certificates only from us-east-1. */
  domain: z
    .strictObject({
      name: DomainName,
      certificateArn: z
        .string()
        .regex(
          /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/.+$/,
          "must be the ARN of a certificate in us-east-1, where CloudFront looks for it",
        ),
      /** In Route 53, if it is there: the stack then points the name at the page. */
      hostedZone: z.strictObject({ id: z.string().min(1), name: DomainName }).optional(),
    })
    .optional(),
  database: Database.default({ kind: "rds", instance: "t4g.micro", backupDays: 14 }),
  /** Keeps the users' database and the MP3s when the stack is deleted. */
  protectData: z.boolean().default(true),
  /** AWS WAF before the API, with a limit of requests per address: about 7 USD a month. */
  firewall: z.boolean().default(false),
  /**
   * Warns `alarmEmail` when the account's bill reaches 80 % of this, and when it is forecast to
   * exceed it.
   */
  monthlyBudgetUsd: z.number().positive().optional(),
  tags: z.record(z.string().regex(/^(?!aws:).{1,128}$/), z.string().max(256)).default({}),
});
/** What a stage's file says. */
export type StageSettings = z.input<typeof StageSettings>;

export type AwsTarget = Omit<z.infer<typeof StageSettings>, "sender" | "alarmEmail"> & {
  kind: "aws";
  stage: string;
  sender: string;
  senderIdentity:
    | { kind: "address" }
    | { kind: "domain"; mailFrom?: string | undefined }
    | { kind: "existing"; name: string };
  alarmEmail: string | undefined;
};

/** Every setting's name, for messages that say it belongs in the stage's file. */
export const SETTING_NAMES = Object.keys(StageSettings.shape);

/**
 * Checks the settings of a stage.
 *
 * @throws z.ZodError whose issues have a sentence each.
 */
export function parseStage(stage: string, settings: unknown): AwsTarget {
  const { sender, alarmEmail, ...rest } = StageSettings.parse(settings);
  if (alarmEmail === "none" && rest.monthlyBudgetUsd !== undefined) {
    throw new z.ZodError([
      {
        code: "custom",
        path: ["monthlyBudgetUsd"],
        message: "needs somebody to warn: set alarmEmail",
        input: rest.monthlyBudgetUsd,
      },
    ]);
  }
  return {
    ...rest,
    kind: "aws",
    stage,
    ...readSender(sender),
    alarmEmail: alarmEmail === "none" ? undefined : alarmEmail,
  };
}

function readSender(sender: z.infer<typeof Sender>): Pick<AwsTarget, "sender" | "senderIdentity"> {
  if (typeof sender === "string") return { sender, senderIdentity: { kind: "address" } };
  return {
    sender: sender.address,
    senderIdentity:
      sender.identity === "domain"
        ? { kind: "domain", mailFrom: sender.mailFrom }
        : { kind: "existing", name: sender.name },
  };
}
