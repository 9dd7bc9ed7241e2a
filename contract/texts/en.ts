import type { Outcomes } from "./outcomes.ts";

/** What the API answers, and what every reader gets who has chosen no other language. */
export const outcomes: Outcomes = {
  about: (amount) => `about ${amount}`,

  failures: {
    "no-audio-track": "The video has no audio. Choose a file that has an audio track.",
    "no-such-track":
      "The video has no audio track with the chosen number, or that track is empty. Choose another number, or none to get the track that players play.",
    "not-a-pair":
      "The chosen left and right tracks can't be joined: both must be mono and have the same sample rate. Choose other tracks, or one of them.",
    "not-media":
      "This is not a video or audio file that Tapedeck can read. Check that it plays on your device, then upload it again.",
    truncated:
      "The file is incomplete: its end is missing or damaged. Export or copy it again and upload the whole file.",
    damaged:
      "The file is damaged: its audio can't be read to the end. Check that it plays on your device. If it does, save it again in another format, such as MP4 or WAV, and upload that.",
    "unsupported-codec":
      "The audio is in a format that can't be read. Export the video with AAC, MP3, Opus or PCM audio and upload it again.",
    "too-large":
      "The file is larger than it was when its upload started, or larger than allowed. Upload it again as a new job.",
    "too-long":
      "The recording is too long to be converted in one go. Choose a start and an end, or split it, and upload it again.",
    encrypted: "The file is copy-protected and can't be read. Use an unprotected copy.",
    "empty-selection":
      "The chosen start is after the end of the recording. Choose an earlier start and try again.",
    "source-deleted": "The video was deleted before it could be converted again. Upload it again.",
    internal:
      "Something went wrong on our side, and the conversion failed several times. Upload the file again, or ask whoever runs this service to retry it.",
  },

  fileKinds: {
    segment:
      "The file is one segment of a stream and can't be converted alone. Download the whole video and upload that.",
    photo: "The file is a photo and has no audio. Choose a video or an audio file.",
    document: "The file is a document and has no audio. Choose a video or an audio file.",
    archive: "The file is an archive. Unpack it and upload the video inside.",
    "web-page":
      "The file is a web page, not the video on it. Download the video itself and upload that.",
    playlist:
      "The file is a playlist, which only names recordings. Upload the recordings themselves.",
    midi: "The file is MIDI, which has notes and no audio. Export it as WAV and upload that.",
    "disc-image": "The file is a disc image. Open it and upload the video files inside.",
    "pictures-only":
      "The file has only the pictures of a video. Choose the file that has the audio, too.",
    subtitles: "The file has subtitles and no audio. Choose the video that they belong to.",
    score:
      "The file is a tracker module or chip music, which has notes and no recording. Export it as WAV from a player for it and upload that.",
    project:
      "The file is a project of an editing program, which only names recordings. Export it as a video or as WAV and upload that.",
    torrent:
      "The file is a torrent, which only says where to download a video. Download the video and upload that.",
    shortcut: "The file is a shortcut, which only leads to another one. Upload the video itself.",
    placeholder:
      "The file stands for a video that is still in the cloud or in Git LFS. Download the video to your device and upload that.",
    "resource-fork":
      "The file holds what macOS noted about a video, not the video itself. Its name begins with ._: choose the file of the same name without that.",
    "encrypted-file": "The file is encrypted. Decrypt it and upload the video.",
    program: "The file is a program and has no audio. Choose a video or an audio file.",
    "unread-audio":
      "The file's audio format has no free decoder. Export it as WAV or FLAC and upload that.",
    "partial-download":
      "The file is an unfinished download. Finish it in the program that you download with, and upload the video that it makes.",
    "meeting-recording":
      "The file is a recording in the format of a meeting or screen recording program, which only that program can read. Open it there, export it as MP4 and upload that.",
    "chat-backup":
      "The file is an encrypted backup of chats, not a recording. Save the video or voice message from the chat and upload that.",
    text: "The file is text, not a recording. If you downloaded it, open it: it may say why the video isn't in it.",
    blank:
      "The file begins with empty bytes instead of a recording, so downloading or copying it must have failed. Do that again and upload the new file.",
  },

  notes: {
    "another-track":
      "The first audio track is empty or can't be read, so the MP3 has the next readable track instead.",
    "stereo-pair": "The left and right channels were separate tracks. The MP3 has both, in stereo.",
    "down-mixed": "The audio has more channels than an MP3 can have. All of them were mixed.",
    "turned-down":
      "The audio was louder than an MP3 can be, so it was turned down to avoid distortion.",
    "unread-parts":
      "Parts of the recording are damaged and couldn't be read. The MP3 may skip or crackle there.",
    "read-by-name":
      "The file doesn't say what format it has, so the ending of its name decided. If the MP3 is only noise, correct the ending, or convert the file to WAV.",
    "no-cover":
      "The recording's cover can't be read, so the MP3 has none. You can choose a JPEG or PNG as its cover.",
  },

  emailFailures: {
    withMp3: "We couldn't email you, but your MP3 is ready.",
    withoutMp3: "We couldn't email you about this.",
  },

  incomplete: {
    "ends-early": (missing) =>
      `The recording ends early: the end of the file is missing${missing}. The MP3 has everything before that.`,
    gaps: (missing) =>
      `The recording has gaps: parts of it are missing${missing}. The MP3 has everything else.`,
  },
  missing: (amount) => ` (${amount})`,
};
