import { toArguments } from "../ffmpeg/arguments.ts";

/** The options that make ffmpeg write only MP3 frames to its standard output. */
export const MP3_OUTPUT = [
  ...toArguments({
    // It writes blocks of 32 KB. Single frames would wake the reader 40 times per second of audio.
    flush_packets: 0,
    map_metadata: -1,
    map_chapters: -1,
    id3v2_version: 0,
    write_xing: 0,
    f: "mp3",
  }),
  "pipe:1",
];
