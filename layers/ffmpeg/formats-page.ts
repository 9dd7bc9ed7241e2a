/**
 * Writes docs/formats.md from the lists of formats.ts: `npm run docs:formats`. A test holds the page to it.
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

/** The text of the page. */
export const writeFormatsPage = (): string => `# What is read

\`npm run docs:formats\` writes this page from \`layers/ffmpeg/formats.ts\`, which is also what the lean
ffmpeg is built with and what the engine allows. A file is known by its content. Its name doesn't matter.

## Videos

${rows(videoContainers)}

## Audio files

${rows(audioContainers)}

## Audio inside of them

${codecs.map(({ name }) => `- ${name}`).join("\n")}

A video's pictures are never decoded, so every kind of them will do.

## What isn't read

${unread.map(({ name, why, instead }) => `- **${name}.** ${why} ${instead}`).join("\n")}
`;

if (import.meta.main) writeFileSync(formatsPage, writeFormatsPage());
