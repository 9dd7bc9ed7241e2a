import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { DEFAULT_STAGE, StageName } from "../deployed/stage-name.ts";
import { type AwsTarget, parseStage, StageSettings } from "./stage.ts";

export const STAGES_DIR = join(import.meta.dirname, "stages");

/** With more wrong letters than this, it is another word and not a typo. */
const MAX_SLIPS = 4;

/** Settings that are missing or wrong; the message has a line for each. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/**
 * Reads and checks `infra/stages/STAGE.ts`.
 *
 * @throws SettingsError
 */
export async function readStage(stage = DEFAULT_STAGE, directory = STAGES_DIR): Promise<AwsTarget> {
  const name = StageName.safeParse(stage);
  if (!name.success) throw new SettingsError(`--stage ${stage}: ${name.error.issues[0]?.message}`);
  const file = join(directory, `${stage}.ts`);
  const shown = relative(process.cwd(), file);
  if (!existsSync(file)) {
    throw new SettingsError(
      `There is no stage "${stage}": copy infra/stages/example.ts to ${shown} and change what differs.`,
    );
  }
  const { default: settings }: { default?: unknown } = await import(pathToFileURL(file).href);
  try {
    return parseStage(stage, settings);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new SettingsError(
      explain(error.issues, settings)
        .map((sentence) => `${shown}: ${sentence}.`)
        .join("\n"),
    );
  }
}

/** One sentence for each wrong setting, beginning with its name. */
function explain(issues: readonly z.core.$ZodIssue[], settings: unknown): string[] {
  return issues.flatMap((issue) => {
    const name = issue.path.join(".");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => explainUnknown([...issue.path, key].join(".")));
    }
    if (valueAt(settings, issue.path) === undefined) {
      return `${name} is missing: infra/stages/example.ts has it`;
    }
    if (issue.code === "invalid_union") {
      // The alternative with the right type explains what is wrong with the value.
      const meant = issue.errors.find((errors) => !errors.some(isOfAnotherType));
      if (!meant)
        return `${name} has the wrong kind of value: infra/stages/example.ts has an example`;
      return explain(
        meant.map((it) => ({ ...it, path: [...issue.path, ...it.path] })),
        settings,
      );
    }
    return `${name} ${issue.message.replace(/^I/, "has an i")}`;
  });
}

const isOfAnotherType = ({ code, path }: z.core.$ZodIssue) =>
  path.length === 0 && (code === "invalid_type" || code === "invalid_value");

const valueAt = (settings: unknown, path: PropertyKey[]) =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], settings);

function explainUnknown(name: string): string {
  const [nearest] = listNames(z.toJSONSchema(StageSettings, { io: "input" }))
    .map((known) => ({ known, slips: distance(known.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.slips - b.slips);
  return nearest && nearest.slips <= MAX_SLIPS
    ? `${name} isn't a setting; did you mean ${nearest.known}`
    : `${name} isn't a setting; infra/stages/example.ts has all of them`;
}

/** Lists every setting's name; a setting inside another is named like `database.backupDays`. */
function listNames(schema: z.core.JSONSchema.JSONSchema, prefix = ""): string[] {
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
      prefix + key,
      ...(typeof value === "object" ? listNames(value, `${prefix}${key}.`) : []),
    ]),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((each) =>
      listNames(each as z.core.JSONSchema.JSONSchema, prefix),
    ),
  ];
}
