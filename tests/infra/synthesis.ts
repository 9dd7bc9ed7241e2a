import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { z } from "zod";
import { DEFAULT_STAGE, stackNameOf } from "../../deployed/stage-name.ts";
import { writePlaceholderBuild } from "../../infra/placeholder-build.ts";
import { parseStage, type StageSettings } from "../../infra/stage.ts";
import { Tapedeck } from "../../infra/tapedeck.ts";
import { readLocalTarget } from "../../infra/target.ts";

export const ROOT = resolve(import.meta.dirname, "../..");

const CdkJson = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()) });

export const readCdkJson = async () =>
  CdkJson.parse(JSON.parse(await readFile(join(ROOT, "cdk.json"), "utf8")));

const builds: string[] = [];
process.on("exit", () => {
  for (const directory of builds) rmSync(directory, { recursive: true, force: true });
});

/** Makes a folder like a finished build with nearly empty bundles, and deletes it at the end. */
export async function createBuild(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "tapedeck-infra-"));
  builds.push(directory);
  await writePlaceholderBuild(directory);
  return directory;
}

type Aws = StageSettings & { target: "aws"; stage?: string };
type Local = { target: "local" } & Record<string, string>;

/** Synthesises the stack for a stage's settings, or for an emulator with these as `-c`. */
export async function createStack(
  { target: kind, ...settings }: Aws | Local,
  environment: Record<string, string> = {},
  context: Record<string, string> = {},
): Promise<Tapedeck> {
  const directory = await createBuild();
  const { stage = DEFAULT_STAGE, ...ofStage } = settings;
  const target =
    kind === "aws"
      ? parseStage(stage, ofStage)
      : readLocalTarget((name) => new Map(Object.entries(settings)).get(name), environment);
  const app = new App({
    outdir: join(directory, "cdk.out"),
    context: {
      ...(await readCdkJson()).context,
      "aws:cdk:enable-path-metadata": true,
      ...context,
    },
  });
  return new Tapedeck(app, stackNameOf(target.stage), {
    target,
    buildDirectory: join(directory, "dist"),
    pageDirectory: join(directory, "web/dist"),
  });
}

export const synthesize = async (...parameters: Parameters<typeof createStack>) =>
  Template.fromStack(await createStack(...parameters));

export const AWS = { target: "aws", sender: "tapedeck@example.org", alarmEmail: "none" } as const;
export const LOCAL = { target: "local" } as const;

export const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.array(z.string()).default([]),
  DeletionPolicy: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;

export const resourcesOf = (template: Template): Map<string, Resource> =>
  new Map(Object.entries(z.record(z.string(), Resource).parse(template.toJSON().Resources)));

/** Returns a resource's place in the stack, such as `Blobs/Sources`. */
export function pathOf(resource: Resource): string {
  const path = z.string().default("").parse(resource.Metadata["aws:cdk:path"]);
  return path.replace(/^Tapedeck(-[a-z0-9-]+)?\//, "").replace(/\/Resource$/, "");
}
