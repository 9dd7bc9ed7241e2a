import type { Format } from "../../../../contract/texts/format.ts";

/** The texts beside files, and on buttons, fields and headings. */
export const createFiles = ({ plural, number }: Format<"en">) => ({
  again: {
    more: "More",
    withOtherOptions: "Convert again with other options",
    minutes: "Minutes each",
    splitAtAll: "Split",
    split: (count: number) =>
      plural(count, { one: "Split into # MP3", other: "Split into # MP3s" }),
    splitByChapters: (count: number) =>
      plural(count, { one: "Split into its # chapter", other: "Split into its # chapters" }),
    nothingToSplit: "Choose a time that is shorter than the recording.",
  },

  adding: {
    title: "Convert videos to MP3",
    drop: "Drop videos or folders here",
    dropHint: "Any video or audio file, as many as you like. You can also paste them.",
    plainHttp:
      "This page was loaded over plain http, so the browser can’t extract a video’s audio and sends whole videos. To send less, open the page over https or at localhost.",
    chooseFiles: "Choose files",
    letGo: "Let go to add them",
    letGoThenSignIn: "Let go, then sign in to convert them",
    added: (name: string) => `${name} is added.`,
    addedMany: (count: number) =>
      plural(count, { one: "# file is added.", other: "# files are added." }),
    goesOn: (name: string) => `${name} continues where it stopped.`,
    notAdded: (count: number) => plural(count, { one: "Not added:", other: "# were not added:" }),
    andMore: (count: number) => plural(count, { one: "And # more.", other: "And # more." }),
    ok: "OK",
    isEmpty: (name: string) => `${name} is empty.`,
    isKnown: (name: string) => `${name} is already in the list.`,
    isUnreadable: (name: string) => `${name} can’t be read.`,
    othersInFolder: (count: number) =>
      plural(count, {
        one: "# file in the folder isn’t video or audio.",
        other: "# files in the folder aren’t video or audio.",
      }),
    emptyFolder: "There are no files in the folder.",
  },

  options: {
    of: (name: string) => `Options for ${name}`,
    heading: "Options:",
    quality: "Quality",
    qualities: {
      v0: "Best (V0, variable)",
      v2: "Very good (V2, variable)",
      speech: "Speech (mono, variable)",
      "320": "320 kbit/s",
      "192": "192 kbit/s",
      "128": "Small (128 kbit/s)",
      "96": "Smaller (96 kbit/s)",
    },
    speech: "Speech",
    mixedQualities: "Mixed qualities",
    startAt: "Start at",
    stopAt: "Stop at",
    end: "end",
    loudness: "Podcast loudness",
    loudnessHint: "Turns the audio up or down to about −16 LUFS. Takes a little longer.",
    lufs: (level: number) => `${number(level).replace("-", "−")} LUFS`,
    trimSilence: "Trim silence",
    trimSilenceHint: "Drops silence at the start and at the end.",
    noSilence: "no silence",
    audioTrack: "Audio track",
    asPlayed: "The one that players play",
    track: (place: number) => `Track ${number(place)}`,
    pair: (left: number, right: number) =>
      `Tracks ${number(left)} and ${number(right)} as left and right`,
    channels: (count: number) =>
      count === 2 ? "stereo" : plural(count, { one: "mono", other: "# channels" }),
    allTracks: (count: number) =>
      plural(count, { one: "All #, one MP3 each", other: "All #, one MP3 each" }),
    pairHint:
      "If the file has two mono tracks named left and right, the MP3 has both in stereo, unless you choose one.",
    sendWhole: "Send the whole video",
    sendsAll: (whole: string) => `Sends all ${whole}.`,
    sendsAudio: (audio: string, whole: string) => `Sends ${audio} of audio instead of ${whole}.`,
    remove: "Remove",
    timeExample: "Write times as minutes and seconds, for example 1:30.",
    endBeforeStart: "The end must come after the start.",
  },

  tags: {
    title: "Title, artist, cover, file name",
    fields: { title: "Title", artist: "Artist", album: "Album", fileName: "File name" },
    asInVideo: "as in the video",
    cover: "Cover",
    coverHint: "A picture can be dropped or pasted here, too.",
    chosenCover: "Chosen cover",
    choosePicture: "Choose a picture",
    unreadablePicture: "This picture can’t be read.",
    frameTime: "Time of the frame",
    useFrame: "Use this frame",
    removeCover: "Remove cover",
    frameTimeExample: "Write the time as minutes and seconds, for example 1:30.",
    noFrame: "This browser can’t show a frame of this video.",
  },

  waveform: {
    drawing: "Drawing the audio…",
    notDrawn: "This browser can’t show the audio of this file. The times still work.",
    start: "Start",
    end: "End",
    play: "Play selection",
    stop: "Stop",
    selected: (time: string) => `${time} selected`,
    notPlayed: "This browser can’t play the audio of this file.",
  },

  batch: {
    title: "All files",
    ofMp3: (size: string) => `about ${size} of MP3`,
    reading: "reading the soundtracks",
    sends: (size: string) => `sends ${size}`,
    more: "More",
    sendWhole: "Send whole videos",
    convert: (count: number) =>
      plural(count, { one: "Convert to MP3", other: "Convert # files to MP3" }),
    badTime: (name: string) => `${name} has an invalid time.`,
  },

  list: {
    title: "Your files",
    downloadAll: (count: number) =>
      plural(count, { one: "Download # as ZIP", other: "Download all # as ZIP" }),
    clear: "Clear finished",
    notifyMe: "Notify me when ready",
    showFewer: "Show fewer",
    showAll: (count: number) => plural(count, { one: "Show # file", other: "Show all # files" }),
    notDeletedThere: (name: string) =>
      `${name} couldn’t be deleted from the service. It is in the list below.`,
    cancel: "Cancel",
    sendNext: "Send next",
    hide: "Hide",
    changeOptions: "Change options",
    convertIncomplete: "Convert it anyway",
    shrunk: (video: string, mp3: string) => `${video} → ${mp3} MP3`,
    overall: (done: number, count: number) => `${number(done)} of ${number(count)} done`,
    paused: "paused",
    sendingTimeLeft: (timeLeft: string) => `sending: ${timeLeft}`,
    goOn: "Resume sending",
    pause: "Pause sending",
    pauseOne: "Pause",
    resumeOne: "Resume",
  },

  moving: {
    move: "Move",
    hint: "Drag it, or press the arrow keys",
    up: "Move up",
    down: "Move down",
    done: (name: string, place: number) => `${name} is now number ${number(place)}.`,
  },

  row: {
    play: "Play",
    close: "Close",
    download: "Download",
    delete: "Delete",
    deleteForGood: "Delete for good",
    keep: "Keep",
    /** What an action does to which file, for screen readers. */
    on: (action: string, name: string) => `${action} ${name}`,
    notPlayed: "The MP3 can’t be played here. Download it instead.",
  },

  zip: {
    saving: "Saving…",
    fileName: (count: number) =>
      plural(count, { one: "Tapedeck # MP3.zip", other: "Tapedeck # MP3s.zip" }),
    notDownloaded: (name: string) => `${name} couldn’t be downloaded.`,
  },

  history: {
    title: "Earlier",
    search: "Search",
    searchLabel: "Search earlier conversions",
    filterLabel: "Show",
    filters: { all: "All", completed: "MP3s", failed: "Failed" },
    select: "Select",
    selectAll: "Select all",
    selectNone: "Select none",
    selected: (count: number) => plural(count, { one: "# selected", other: "# selected" }),
    downloadSelected: (count: number) =>
      plural(count, { one: "Download # as ZIP", other: "Download # as ZIP" }),
    noMatch: (words: string) => `No name contains “${words}”.`,
    noneOfKind: "No conversion matches this choice.",
    loading: "Loading earlier conversions…",
    notLoaded: "Earlier conversions couldn’t be loaded.",
    showMore: "Show more",
    notDeleted: (name: string) => `${name} wasn’t deleted.`,
    neverArrived: "The file never arrived in full. Choose it above to send it again.",
  },
});
