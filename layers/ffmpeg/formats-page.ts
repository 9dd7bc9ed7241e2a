/**
 * Writes docs/formats.md from the lists in formats.ts: `npm run docs:formats`. A test compares the
 * two.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { audioContainers, type Container, codecs, unread, videoContainers } from "./formats.ts";
import { repositoryRoot } from "./paths.ts";

export const formatsPage = join(repositoryRoot, "docs/formats.md");

const rows = (containers: readonly Container[]): string =>
  containers
    .map(({ name, endings }) => `- ${name}: ${endings.map((ending) => `.${ending}`).join(", ")}`)
    .join("\n");

/** Returns the text of the page. */
export const writeFormatsPage = (): string => `# Formats

\`npm run docs:formats\` writes this page from \`layers/ffmpeg/formats.ts\`, which also decides what the
lean ffmpeg is built with and what the engine allows. The engine recognises a file by its content; its
name doesn't matter.

## Videos

${rows(videoContainers)}

## Audio files

${rows(audioContainers)}

## Audio codecs

${codecs.map(({ name }) => `- ${name}`).join("\n")}

The pictures are never decoded, so any video codec will do.

## What can't be converted

${unread.map(({ name, why, instead }) => `- **${name}.** ${why} ${instead}`).join("\n")}
`;

if (import.meta.main) writeFileSync(formatsPage, writeFormatsPage());
