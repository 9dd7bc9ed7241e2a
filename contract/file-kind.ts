import { z } from "zod";

/** What a file is that isn't a recording, if its first bytes or its name show it. */
export const FileKind = z.enum([
  "segment",
  "photo",
  "document",
  "archive",
  "web-page",
  "playlist",
  "midi",
  "disc-image",
  "pictures-only",
  "subtitles",
  "score",
  "project",
  "torrent",
  "shortcut",
  "placeholder",
  "resource-fork",
  "encrypted-file",
  "program",
  "unread-audio",
  "partial-download",
  "meeting-recording",
  "chat-backup",
  "text",
  "blank",
]);
export type FileKind = z.infer<typeof FileKind>;
