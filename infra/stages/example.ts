import type { StageSettings } from "../stage.ts";

/**
 * Every setting of a stage. Only `sender` and `alarmEmail` are required; the other values are the
 * defaults, or examples where there is none. `npm run synth` builds the AWS template from it.
 */
export default {
  /**
   * The address that emails come from. SES sends it a link to confirm. For a domain of yours:
   * `{ address: "tapedeck@example.org", identity: "domain", mailFrom: "mail" }`; for an address or a
   * domain that SES knows already: `{ address: …, identity: "existing", name: "example.org" }`.
   */
  sender: "tapedeck@example.org",

  /** The address that alarms go to, or "none". */
  alarmEmail: "operator@example.org",

  /** Days. Shortening them deletes older objects, so `npm run deploy` then asks for a flag. */
  sourceRetentionDays: 1,
  resultRetentionDays: 30,

  maxSourceBytes: 50 * 1024 ** 3,
  openJobsPerUser: 100,
  bytesPerUserAndDay: 500e9,
  /** Of audio. */
  minutesPerUserAndDay: 6000,

  /** A processor is 1,769 MiB. New accounts may not have more than 3,008. */
  converterMemoryMiB: 3008,
  /** Videos at the same time. New accounts run 10 functions at a time: leave some for the API. */
  converterConcurrency: 3,
  /** Defaults to one less, so that nobody's videos take all of them. */
  conversionsPerUser: 2,

  /** Accounts on AWS's free plan allow 1 backup day at most. */
  // `{ kind: "aurora" }` pauses when nobody signs in and then costs next to nothing. The first user
  // to come back waits for 15 seconds, or longer after a day: docs/adr/0116.
  database: { kind: "rds", instance: "t4g.micro", backupDays: 14 },

  /** Keeps the users and the MP3s when the stack is deleted. */
  protectData: true,

  /** AWS WAF, about 7 USD a month: limits requests per address. */
  firewall: false,

  // domain: {
  //   name: "tapedeck.example.org",
  //   certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/…",
  //   hostedZone: { id: "Z0123456789", name: "example.org" },
  // },

  monthlyBudgetUsd: 50,
  tags: { project: "tapedeck" },
} satisfies StageSettings;
