import type { Format } from "../../../../contract/texts/format.ts";

/** The texts around the files: signing in, the account, the settings. */
export const createFrame = ({ plural }: Format<"en">) => ({
  loading: "Loading…",
  tryAgain: "Try again",
  unnamedVideo: "Video",
  kilobits: (rate: string) => `${rate} kbit/s`,
  keptUntil: (day: string) => `kept until ${day}`,
  files: (count: number) => plural(count, { one: "# file", other: "# files" }),

  timeLeft: {
    someSeconds: "a few seconds left",
    seconds: (count: number) =>
      plural(count, { one: "about # second left", other: "about # seconds left" }),
    minutes: (count: number) =>
      plural(count, { one: "about a minute left", other: "about # minutes left" }),
    hours: (count: number) =>
      plural(count, { one: "about an hour left", other: "about # hours left" }),
  },

  account: {
    signOut: "Sign out",
    signOutAndForget: "Sign out and forget",
    stay: "Stay",
    unsent: (count: number) =>
      plural(count, {
        one: "# file isn’t sent yet and will be forgotten.",
        other: "# files aren’t sent yet and will be forgotten.",
      }),
  },

  signIn: {
    title: "Sign in",
    titleAgain: "Sign in again",
    email: "Email",
    password: "Password",
    busy: "Signing in…",
    sessionEnded: "Your session has ended.",
    nothingLost: "Nothing is lost: your list will be back as it was.",
    uploadsGoOn: (count: number) =>
      plural(count, {
        one: "Nothing is lost: one upload continues as soon as you sign in.",
        other: "Nothing is lost: # uploads continue as soon as you sign in.",
      }),
    filesWait: (count: number) =>
      plural(count, {
        one: "# file is added as soon as you are signed in.",
        other: "# files are added as soon as you are signed in.",
      }),
  },

  introduction: {
    title: "Drop a video, get the MP3",
    points: [
      {
        claim: "Takes any video or audio file,",
        rest: "one or a hundred at a time. If it can, your browser extracts the audio and sends only that.",
      },
      {
        claim: "Nothing gets lost on the way.",
        rest: "Uploads continue after a refresh or a broken connection, and you can close the page once they are sent.",
      },
      {
        claim: "Nothing is kept forever.",
        rest: "Each MP3 shows the day on which it will be deleted, and you can delete it earlier.",
      },
      {
        claim: "No account yet?",
        rest: "Ask whoever runs this page to create one for you.",
      },
    ],
  },

  footer: {
    theme: "Theme",
    themes: { system: "Same as the system", light: "Light", dark: "Dark" },
    language: "Language",
    browserLanguage: "Same as the browser",
  },

  emails: {
    title: "Which emails",
    choices: {
      each: "One for each video",
      digest: "One for videos that finish close together",
      failures: "Only when a video couldn’t be converted",
      none: "None",
    },
    saved: "Saved",
    savedAs: (choice: string) => `Saved. Emails: ${choice}.`,
    notLoaded: "Your choice couldn’t be loaded.",
    notSaved: "Your choice wasn’t saved.",
  },

  feed: {
    title: "Podcast feed",
    none: "With a private feed, your MP3s appear as episodes in your podcast player.",
    since: (day: string) =>
      `You have had a feed since ${day}. Its address was shown when it was created and can’t be shown again.`,
    create: "Make a feed",
    replace: "Make a new address",
    revoke: "End the feed",
    replaceForGood: "Make a new one",
    revokeForGood: "End it for good",
    keep: "Keep the feed",
    oldAddress: "Podcast players that have the present address will stop getting your MP3s.",
    created: "The feed is ready.",
    revoked: "The feed has ended.",
    addressHint:
      "Add this address in your podcast player, or point your phone’s camera at the code. It is shown only now. Whoever has it can hear your MP3s.",
    address: "Address of the feed",
    copy: "Copy",
    copied: "Copied",
    code: "The address as a QR code",
    notLoaded: "Your feed couldn’t be looked up.",
    notCreated: "The feed couldn’t be created.",
    notRevoked: "The feed couldn’t be ended.",
  },
});
