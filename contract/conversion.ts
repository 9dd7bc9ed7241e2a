import { z } from "zod";

/**
 * MP3 presets: LAME's variable-rate scales V0 and V2, one channel at about 64 kbit/s for speech, or a
 * constant rate in kbit/s. https://lame.sourceforge.io/vbr.php
 */
export const Quality = z.enum(["v0", "v2", "speech", "320", "192", "128", "96"]).meta({
  description:
    "MP3 preset: variable rate (v0, v2; speech is mono, about 64 kbit/s) or constant rate in kbit/s",
});
export type Quality = z.infer<typeof Quality>;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const WITHOUT_CONTROL_CHARACTERS = /^[^\u0000-\u001f\u007f-\u009f]*$/;

/** One line of text that a user wrote, which goes into records, tags and emails. */
export const plainText = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(WITHOUT_CONTROL_CHARACTERS, "must have no control characters")
    .refine(
      (text) => text.isWellFormed(),
      "must be well-formed Unicode; it has half of a character (a lone surrogate) in it",
    );

export const MAX_TAG_LENGTH = 200;

/** The most pieces that a video is split into. */
export const MAX_PIECES = 100;

/** Which piece of a numbered set an MP3 is. */
const TrackNumber = z.strictObject({
  number: z.int().min(1).max(MAX_PIECES),
  of: z.int().min(1).max(MAX_PIECES),
});

/** The tags that the user chose for the MP3, instead of the video's. */
export const Tags = z
  .strictObject({
    title: plainText(MAX_TAG_LENGTH).optional(),
    artist: plainText(MAX_TAG_LENGTH).optional(),
    album: plainText(MAX_TAG_LENGTH).optional(),
    fileName: plainText(MAX_TAG_LENGTH).optional().meta({
      description: "What the MP3 is called when it is downloaded, without its ending",
    }),
    track: TrackNumber.optional().meta({ description: "Its number in a set, as in 3 of 12" }),
  })
  .meta({ id: "Tags" });
export type Tags = z.infer<typeof Tags>;

/** Eleven days: longer than any recording, and a number that ffmpeg can read. */
const MAX_POSITION_SECONDS = 1_000_000;

const MAX_CHAPTER_TITLE_LENGTH = 100;

/** Where a chapter begins in the recording. */
export const ChapterMark = z
  .strictObject({
    startSeconds: z.number().min(0).max(MAX_POSITION_SECONDS),
    title: plainText(MAX_CHAPTER_TITLE_LENGTH).optional(),
  })
  .meta({ id: "ChapterMark" });
export type ChapterMark = z.infer<typeof ChapterMark>;

/** The largest size of a cover. Players read it before any audio. */
export const MAX_COVER_BYTES = 1_000_000;

/**
 * A picture in base64. The first bytes of JPEG, PNG, WebP, GIF, BMP and TIFF (of both byte orders) are the
 * first letters here.
 */
export const Cover = z
  .string()
  .max(4 * Math.ceil(MAX_COVER_BYTES / 3), `must have ${MAX_COVER_BYTES} bytes at most`)
  .regex(
    /^(\/9j\/|iVBORw0K|UklGR|R0lGOD|Qk[0-3]|SUkqA|TU0AK)[A-Za-z0-9+/]*={0,2}$/,
    "must be a JPEG, PNG, WebP, GIF, BMP or TIFF picture in base64",
  )
  .meta({
    description: `A JPEG, PNG, WebP, GIF, BMP or TIFF picture of ${MAX_COVER_BYTES} bytes at most, in base64. The last four become JPEG`,
  });

/** More audio tracks than any real file has. */
const MAX_AUDIO_TRACK = 255;

export const ConversionOptions = z
  .strictObject({
    quality: Quality.default("v2"),
    startSeconds: z
      .number()
      .min(0)
      .max(MAX_POSITION_SECONDS)
      .optional()
      .meta({ description: "Drop everything before this" }),
    endSeconds: z
      .number()
      .positive()
      .max(MAX_POSITION_SECONDS)
      .optional()
      .meta({ description: "Drop everything after this; must be greater than startSeconds" }),
    audioTrack: z.int().min(1).max(MAX_AUDIO_TRACK).optional().meta({
      description:
        "Convert this audio track: 1 is the file's first. Without it, the one that players play",
    }),
    rightTrack: z.int().min(1).max(MAX_AUDIO_TRACK).optional().meta({
      description:
        "Take the left channel from audioTrack, which must be another one, and the right channel from this audio track: two mono tracks become stereo",
    }),
    loudness: z.number().min(-30).max(-8).optional().meta({
      description:
        "Change the volume of the whole recording to this loudness, in LUFS (EBU R 128), e.g. -16",
    }),
    acceptIncomplete: z.boolean().optional().meta({
      description: "Convert what is left of a file whose end is missing, instead of refusing it",
    }),
    trimSilence: z.boolean().optional().meta({
      description: "Drop silence (below -50 dBFS) at the start and at the end, except for 0.2 s",
    }),
    tags: Tags.optional(),
    chapters: z.array(ChapterMark).max(MAX_PIECES).optional().meta({
      description:
        "The recording's chapters in order, where the file that is sent has none: an extracted soundtrack lacks the video's",
    }),
  })
  .refine(({ startSeconds = 0, endSeconds = Infinity }) => endSeconds > startSeconds, {
    path: ["endSeconds"],
    message: "endSeconds must be greater than startSeconds",
  })
  .refine(
    ({ audioTrack, rightTrack }) =>
      rightTrack === undefined || (audioTrack !== undefined && audioTrack !== rightTrack),
    { path: ["rightTrack"], message: "rightTrack needs an audioTrack, which is another one" },
  );
export type ConversionOptions = z.infer<typeof ConversionOptions>;

/**
 * Why a conversion ended without an MP3. `internal` means that every try failed on our side. All
 * other causes are in the file or in the options.
 */
export const FailureCode = z.enum([
  "no-audio-track",
  "no-such-track",
  "not-a-pair",
  "not-media",
  "truncated",
  "damaged",
  "unsupported-codec",
  "too-large",
  "too-long",
  "encrypted",
  "empty-selection",
  "source-deleted",
  "internal",
]);
export type FailureCode = z.infer<typeof FailureCode>;

/** What is missing from an MP3. Everything else of the recording is in it. */
export const Incomplete = z.object({
  reason: z.enum(["ends-early", "gaps"]).meta({
    description:
      "ends-early: the recording was interrupted, or the file's end is missing; gaps: parts in between are missing, and what is before and after them is joined",
  }),
  missingSeconds: z
    .number()
    .positive()
    .optional()
    .meta({ description: "How much is missing, if the file says how long it should be" }),
});
export type Incomplete = z.infer<typeof Incomplete>;

/** What was done with the audio that its user may not expect. */
export const NoteCode = z.enum([
  "another-track",
  "stereo-pair",
  "down-mixed",
  "turned-down",
  "unread-parts",
  "no-cover",
  "read-by-name",
]);
export type NoteCode = z.infer<typeof NoteCode>;

/** How far a running conversion is. */
export const Progress = z.object({
  fraction: z.number().min(0).max(1).meta({ description: "Share of the audio that is encoded" }),
  audioSeconds: z.number().nonnegative().meta({ description: "Audio encoded so far, in seconds" }),
});
export type Progress = z.infer<typeof Progress>;
