import { constants } from "node:fs";
import { access, glob, stat } from "node:fs/promises";
import { dirname, extname, join, resolve } from "node:path";
import { EXIT, Stop } from "./exit-codes.ts";

/**
 * npm changes to the package's folder before it runs a script, and keeps the user's folder here.
 */
const startFolder = () => process.env.INIT_CWD ?? process.cwd();

/** Resolves a path from the folder in which the user typed it. */
export const resolvePath = (path: string) => resolve(startFolder(), path);

/** Standard output instead of a file. */
export const STANDARD_OUTPUT = "-";

/**
 * Finds the videos that the arguments name. Expands patterns that the shell didn't, as cmd.exe
 * doesn't.
 *
 * @throws Stop
 */
export async function findVideos(names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) {
    const path = resolvePath(name);
    const video = await stat(path).catch(() => undefined);
    if (video?.isDirectory()) {
      throw new Stop(
        EXIT.usage,
        `${name} is a folder: name the videos in it, for example ${join(name, "*.mp4")}.`,
      );
    }
    if (video && !video.isFile()) throw new Stop(EXIT.usage, `${name} is not a regular file.`);
    if (video?.size === 0) throw new Stop(EXIT.usage, `${name} is empty.`);
    if (video) found.push(path);
    else {
      const matches = await Array.fromAsync(glob(name, { cwd: startFolder() }));
      if (matches.length === 0) throw new Stop(EXIT.usage, `There is no file ${name}.`);
      found.push(...matches.sort().map(resolvePath));
    }
  }
  return [...new Set(found)];
}

/**
 * Chooses where a video's MP3 goes: next to the video, to `output`, or into `output` if that is a
 * folder.
 *
 * @throws Stop if it can't be written there, or would replace something that must stay.
 */
export async function chooseOutput(
  videoPath: string,
  output: string | undefined,
  options: { force: boolean; isOnly: boolean },
): Promise<string> {
  if (output === STANDARD_OUTPUT) return STANDARD_OUTPUT;
  const mp3Name = `${videoPath.slice(0, videoPath.length - extname(videoPath).length)}.mp3`;
  const target = output === undefined ? undefined : resolvePath(output);
  const isFolder =
    target !== undefined && (await stat(target).catch(() => undefined))?.isDirectory();
  if (target !== undefined && !isFolder && !options.isOnly) {
    throw new Stop(EXIT.usage, `-o names one file for several videos: name a folder that exists.`);
  }
  const path = isFolder
    ? join(target, mp3Name.slice(dirname(mp3Name).length + 1))
    : (target ?? mp3Name);
  await access(dirname(path), constants.W_OK).catch(() => {
    throw new Stop(EXIT.usage, `The folder ${dirname(path)} doesn't exist or can't be written to.`);
  });
  await refuseToReplace(videoPath, path, options.force);
  return path;
}

/** @throws Stop if writing `outputPath` would replace the source, or an MP3 without `force`. */
async function refuseToReplace(
  videoPath: string,
  outputPath: string,
  force: boolean,
): Promise<void> {
  const existing = await stat(outputPath).catch(() => undefined);
  if (!existing) return;
  const video = await stat(videoPath).catch(() => undefined);
  if (video && existing.ino === video.ino && existing.dev === video.dev) {
    throw new Stop(
      EXIT.usage,
      `The MP3 would replace ${videoPath} itself: name another file with -o.`,
    );
  }
  if (!force) throw new Stop(EXIT.usage, `${outputPath} exists: add --force to replace it.`);
}
