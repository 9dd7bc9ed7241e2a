import { z } from "zod";

const Bucket = z.object({
  Type: z.literal("AWS::S3::Bucket"),
  Properties: z.object({
    LifecycleConfiguration: z.object({
      Rules: z.array(z.object({ Id: z.string(), ExpirationInDays: z.number().optional() })),
    }),
  }),
});
const Template = z.object({ Resources: z.record(z.string(), z.unknown()) });

export interface ShorterRetention {
  /** The lifecycle rule: `results`, `finished` … */
  rule: string;
  /** Infinity if nothing was deleted before. */
  deployedDays: number;
  newDays: number;
}

/**
 * Finds the rules by which S3 would delete objects sooner in `next` than in `deployed`. S3 applies
 * a new rule to existing objects, so a shorter one deletes the older objects within a day.
 */
export function findShorterRetention(deployed: unknown, next: unknown): ShorterRetention[] {
  const deployedDays = readExpirations(deployed);
  const newDays = readExpirations(next);
  return [...newDays].flatMap(([rule, days]) => {
    const before = deployedDays.get(rule) ?? Number.POSITIVE_INFINITY;
    return days < before ? [{ rule, deployedDays: before, newDays: days }] : [];
  });
}

/** Reads the days of each rule, in all buckets together, since the stack chooses the rules' ids. */
export function readExpirations(template: unknown): Map<string, number> {
  const { Resources } = Template.parse(template);
  return new Map(
    Object.values(Resources).flatMap((resource) => {
      const bucket = Bucket.safeParse(resource);
      const rules = bucket.data?.Properties.LifecycleConfiguration.Rules ?? [];
      return rules.flatMap(({ Id, ExpirationInDays: days }): [string, number][] =>
        days === undefined ? [] : [[Id, days]],
      );
    }),
  );
}
