/**
 * Writes docs/formats.md from the lists in formats.ts: `npm run docs:formats`. A test checks that the page
 * is up to date.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  audioContainers,
  type Container,
  codecs,
  pictures,
  unprobedAudio,
  unread,
  videoContainers,
} from "./formats.ts";
import { repositoryRoot } from "./paths.ts";

export const formatsPage = join(repositoryRoot, "docs/formats.md");

type Row = Pick<Container, "name" | "endings" | "isUntried">;

const rows = (containers: readonly Row[]): string =>
  containers
    .filter(({ isUntried }) => !isUntried)
    .map(({ name, endings }) => `- ${name}: ${endings.map((ending) => `.${ending}`).join(", ")}`)
    .join("\n");

/** Documents have lines of this length at most. */
const COLUMNS = 110;

/** Writes an item of a list, wrapped at {@link COLUMNS}. */
function writeItem(text: string): string {
  const lines: string[] = [];
  let line = "-";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = " ";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

const untried: readonly Row[] = [...videoContainers, ...audioContainers]
  .filter(({ isUntried }) => isUntried)
  .map(({ name, endings }) => ({ name, endings }));

/** Returns the text of the page. */
export const writeFormatsPage = (): string => `# Formats

\`npm run docs:formats\` writes this page from \`layers/ffmpeg/formats.ts\`, which also decides what the
lean ffmpeg is built with and what the engine allows. The engine recognises a file by its content; its
name doesn't matter, except for audio without a header.

## Videos

${rows(videoContainers)}

## Audio files

${rows(audioContainers)}

## Audio without a header

Only the file's name says what it is. The MP3's notes say that it was read by its name.

${rows(unprobedAudio)}

## Untested

ffmpeg has readers for these, and they are part of the build. But it writes no such files, which the tests would
need.

${rows(untried)}

## Audio codecs

${codecs.map(({ name }) => `- ${name}`).join("\n")}

A video's pictures are never decoded, so any video codec will do.

## Covers

${pictures.map(({ name }) => name).join(", ")}

## What can't be converted

${unread.map(({ name, why, instead }) => writeItem(`**${name}.** ${why} ${instead}`)).join("\n")}
`;

if (import.meta.main) writeFileSync(formatsPage, writeFormatsPage());
