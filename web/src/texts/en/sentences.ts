import type { Format } from "../../../../contract/texts/format.ts";

/** What happened, and what to do. */
export const createSentences = ({ plural }: Format<"en">) => ({
  codeMissing: "The page couldn’t be loaded in full. Reload it.",

  faults: {
    connectionLost:
      "The connection was lost. Check your network, then try again. What has been uploaded so far is kept.",
    unreachable: "The service can’t be reached. Check your network, then try again.",
    serviceDown: "The service has a problem right now. Try again in a minute.",
    refused: "The service refused the request. Reload the page and try again.",
    storageDown: "The storage has a problem right now. Try again in a minute.",
    storageRefused:
      "The storage refused the file. Try again. If that doesn’t help, tell whoever runs this service.",
    outOfDate: "This page is out of date. Reload it to get the newest version.",
    unreadable:
      "The file can no longer be read: it was moved, changed or unplugged. Choose it again.",
    unexpected: "Something unexpected went wrong. Try again, or reload the page.",
    tooLarge: "This file is larger than the service accepts. Choose a smaller or shorter one.",
    jobGone: "This conversion no longer exists. Choose the file again to start over.",
    sourceGone: "The video is no longer kept. Choose the file above to send it again.",
    alreadyUploaded: "This file has already been uploaded. Reload the page to see how far it is.",
    tooManyRequests: "Too many requests. Wait a minute, then try again.",
    mp3Unreachable: "The MP3 can’t be reached. Check your network, then try again.",
    mp3Gone: "This MP3 no longer exists. Convert the video again to get it back.",
    mp3Refused: "The storage didn’t deliver the MP3. Try again in a minute.",
    wrongPassword: "Email or password is wrong. Check both and try again.",
    credentialsMissing: "Enter your email address and your password.",
  },

  limits: {
    bytesPerDay: (size: string) =>
      `You can upload ${size} a day, and this file would exceed that. Send it tomorrow (the day begins at 0:00 UTC), or ask whoever runs this service for more.`,
    minutesPerDay: (count: number) =>
      plural(count, {
        one: "You have used today’s minute of audio. Send this file tomorrow (the day begins at 0:00 UTC), or ask whoever runs this service for more.",
        other:
          "You have used today’s # minutes of audio. Send this file tomorrow (the day begins at 0:00 UTC), or ask whoever runs this service for more.",
      }),
    openJobs: (count: number) =>
      plural(count, {
        one: "You have # video waiting or being converted, which is the limit. Wait until it is done, or delete it.",
        other:
          "You have # videos waiting or being converted, which is the limit. Wait until some are done, or delete some.",
      }),
    attempts: (minutes: number) =>
      plural(minutes, {
        one: "Too many attempts to sign in. Try again in a minute.",
        other: "Too many attempts to sign in. Try again in # minutes.",
      }),
  },

  sending: {
    now: (sent: string, total: string) => `Sending ${sent} of ${total}`,
    offline: (sent: string, total: string) =>
      `You are offline. ${sent} of ${total} are sent; the rest follows when the network is back.`,
    retrying: (sent: string, total: string) =>
      `The connection was lost, trying again. ${sent} of ${total} are sent.`,
    onlySoundtrack: (audio: string, whole: string) =>
      `Only the soundtrack is sent: ${audio} instead of ${whole}.`,
    sourceIsThere: "The video is still in the service, so nothing has to be sent.",
    reading: (percent: string) => `Reading the soundtrack, ${percent}`,
    readingShort: (percent: string) => `reading, ${percent}`,
    waiting: "Waiting for its turn",
    paused: "Paused. What has arrived is kept.",
    elsewhere:
      "Another tab of this browser is sending this file. It continues here when you close that tab.",
    draftNeedsFile: "The page was reloaded, so it needs this file again. Your options are kept.",
    uploadNeedsFile:
      "Choose this file again to continue. What has already arrived isn’t sent twice.",
    openAgain: "Open it again",
    chooseFile: "Choose the file",
    sent: (name: string) => `${name} is sent and will now be converted.`,
    stopped: (name: string, reason: string) => `${name}: ${reason}`,
  },

  converting: {
    soon: "Uploaded. The conversion begins in a moment.",
    now: (percent: string) => `Converting, ${percent}`,
    ready: (name: string) => `${name} is ready.`,
    failed: (name: string, reason: string) => `${name} couldn’t be converted. ${reason}`,
    readyTitle: "Your MP3 is ready",
    failedTitle: "No MP3",
    unknownReason: "The file couldn’t be converted.",
    sendsWholeInstead:
      "The soundtrack on its own couldn’t be converted, so the whole video is sent.",
  },

  /** Why the whole file is sent, not its audio alone. */
  wholeFile: {
    failed: "The browser can’t extract the audio, so the whole video is sent.",
    "no-sound": "The browser found no audio track, so the whole video is sent and checked again.",
    "not-readable": "The browser can’t read this format, so the whole file is sent.",
    "not-exact":
      "The audio of this file is trimmed at its start or end, so the whole file is sent to keep it exact.",
  },
});
