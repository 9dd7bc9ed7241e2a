import type { Format } from "../../../../contract/texts/format.ts";
import type { Files } from "../text.ts";

export const createFiles = ({ plural, number }: Format<"de">): Files => ({
  again: {
    more: "Mehr",
    withOtherOptions: "Mit anderen Optionen noch einmal umwandeln",
    minutes: "Minuten je Stück",
    splitAtAll: "Teilen",
    split: (count) => plural(count, { one: "In # MP3 teilen", other: "In # MP3s teilen" }),
    splitByChapters: (count) =>
      plural(count, { one: "In sein # Kapitel teilen", other: "In seine # Kapitel teilen" }),
    nothingToSplit: "Wählen Sie eine Zeit, die kürzer als die Aufnahme ist.",
  },

  adding: {
    title: "Videos in MP3 umwandeln",
    drop: "Videos oder Ordner hierher ziehen",
    dropHint: "Beliebig viele Video- oder Audiodateien; Einfügen geht auch",
    plainHttp:
      "Diese Seite kam über unverschlüsseltes HTTP. Deshalb kann der Browser den Ton nicht aus einem Video entnehmen und sendet ganze Videos. Um weniger zu senden, öffnen Sie die Seite mit HTTPS oder unter localhost.",
    chooseFiles: "Dateien auswählen",
    letGo: "Zum Hinzufügen loslassen",
    letGoThenSignIn: "Loslassen und zum Umwandeln anmelden",
    added: (name) => `${name} wurde hinzugefügt.`,
    addedMany: (count) =>
      plural(count, {
        one: "# Datei wurde hinzugefügt.",
        other: "# Dateien wurden hinzugefügt.",
      }),
    goesOn: (name) => `${name} geht dort weiter, wo es aufgehört hat.`,
    notAdded: (count) =>
      plural(count, { one: "Nicht hinzugefügt:", other: "# Dateien wurden nicht hinzugefügt:" }),
    andMore: (count) => plural(count, { one: "Und # weitere.", other: "Und # weitere." }),
    ok: "OK",
    isEmpty: (name) => `${name} ist leer.`,
    isKnown: (name) => `${name} ist schon in der Liste.`,
    isUnreadable: (name) => `${name} kann nicht gelesen werden.`,
    othersInFolder: (count) =>
      plural(count, {
        one: "# Datei im Ordner ist weder Video noch Audio.",
        other: "# Dateien im Ordner sind weder Video noch Audio.",
      }),
    emptyFolder: "In dem Ordner ist keine Datei.",
  },

  options: {
    of: (name) => `Optionen für ${name}`,
    heading: "Optionen:",
    quality: "Qualität",
    qualities: {
      v0: "Beste (V0, variabel)",
      v2: "Sehr gut (V2, variabel)",
      speech: "Sprache (mono, variabel)",
      "320": "320 kbit/s",
      "192": "192 kbit/s",
      "128": "Klein (128 kbit/s)",
      "96": "Kleiner (96 kbit/s)",
    },
    speech: "Sprache",
    mixedQualities: "Verschiedene Qualitäten",
    startAt: "Beginn bei",
    stopAt: "Ende bei",
    end: "Ende",
    loudness: "Podcast-Lautheit",
    loudnessHint: "Hebt oder senkt den Pegel auf etwa −16 LUFS. Dauert etwas länger.",
    lufs: (level) => `${number(level).replace("-", "−")} LUFS`,
    trimSilence: "Stille abschneiden",
    trimSilenceHint: "Entfernt die Stille am Anfang und am Ende.",
    noSilence: "ohne Stille",
    audioTrack: "Tonspur",
    asPlayed: "Die, die Abspielprogramme nehmen",
    track: (place) => `Spur ${number(place)}`,
    pair: (left, right) => `Spuren ${number(left)} und ${number(right)} als links und rechts`,
    channels: (count) =>
      count === 2 ? "Stereo" : plural(count, { one: "Mono", other: "# Kanäle" }),
    allTracks: (count) =>
      plural(count, { one: "Alle #, je eine MP3", other: "Alle #, je eine MP3" }),
    pairHint:
      "Nennt die Datei zwei Mono-Spuren links und rechts, hat die MP3 beide in Stereo, wenn Sie nicht eine davon wählen.",
    sendWhole: "Das ganze Video senden",
    sendsAll: (whole) => `Sendet alle ${whole}.`,
    sendsAudio: (audio, whole) => `Sendet ${audio} Ton statt ${whole}.`,
    remove: "Entfernen",
    timeExample: "Geben Sie Zeiten als Minuten und Sekunden ein, zum Beispiel 1:30.",
    endBeforeStart: "Das Ende muss nach dem Beginn liegen.",
  },

  tags: {
    title: "Titel, Interpret, Cover, Dateiname",
    fields: { title: "Titel", artist: "Interpret", album: "Album", fileName: "Dateiname" },
    asInVideo: "wie im Video",
    cover: "Cover",
    coverHint: "Ein Bild kann auch hierher gezogen oder hier eingefügt werden.",
    chosenCover: "Gewähltes Cover",
    choosePicture: "Bild auswählen",
    unreadablePicture: "Dieses Bild kann nicht gelesen werden.",
    frameTime: "Zeitpunkt des Einzelbilds",
    useFrame: "Dieses Einzelbild verwenden",
    removeCover: "Cover entfernen",
    frameTimeExample: "Geben Sie die Zeit als Minuten und Sekunden ein, zum Beispiel 1:30.",
    noFrame: "Dieser Browser kann kein Einzelbild dieses Videos zeigen.",
  },

  waveform: {
    drawing: "Der Ton wird gezeichnet …",
    notDrawn:
      "Dieser Browser kann den Ton dieser Datei nicht darstellen. Die Zeiten gelten trotzdem.",
    start: "Beginn",
    end: "Ende",
    play: "Auswahl abspielen",
    stop: "Stopp",
    selected: (time) => `${time} ausgewählt`,
    notPlayed: "Dieser Browser kann den Ton dieser Datei nicht abspielen.",
  },

  batch: {
    title: "Alle Dateien",
    ofMp3: (size) => `etwa ${size} als MP3`,
    reading: "die Tonspuren werden gelesen",
    sends: (size) => `sendet ${size}`,
    more: "Mehr",
    sendWhole: "Ganze Videos senden",
    convert: (count) =>
      plural(count, { one: "In MP3 umwandeln", other: "# Dateien in MP3 umwandeln" }),
    badTime: (name) => `Bei ${name} steht eine Zeit, die nicht möglich ist.`,
  },

  list: {
    title: "Ihre Dateien",
    downloadAll: (count) =>
      plural(count, { one: "# als ZIP herunterladen", other: "Alle # als ZIP herunterladen" }),
    clear: "Fertige ausblenden",
    notifyMe: "Benachrichtigen, wenn fertig",
    showFewer: "Weniger anzeigen",
    showAll: (count) =>
      plural(count, { one: "# Datei anzeigen", other: "Alle # Dateien anzeigen" }),
    notDeletedThere: (name) =>
      `${name} konnte beim Dienst nicht gelöscht werden. Es steht unten in der Liste.`,
    cancel: "Abbrechen",
    sendNext: "Als Nächstes senden",
    hide: "Ausblenden",
    changeOptions: "Optionen ändern",
    convertIncomplete: "Umwandeln, was da ist",
    shrunk: (video, mp3) => `${video} → ${mp3} MP3`,
    overall: (done, count) => `${number(done)} von ${number(count)} fertig`,
    paused: "angehalten",
    sendingTimeLeft: (timeLeft) => `Senden: ${timeLeft}`,
    goOn: "Fortsetzen",
    pause: "Senden anhalten",
    pauseOne: "Anhalten",
    resumeOne: "Fortsetzen",
  },

  moving: {
    move: "Verschieben",
    hint: "Ziehen oder Pfeiltasten drücken",
    up: "Nach oben",
    down: "Nach unten",
    done: (name, place) => `${name} ist jetzt Nummer ${number(place)}.`,
  },

  row: {
    play: "Abspielen",
    close: "Schließen",
    download: "Herunterladen",
    delete: "Löschen",
    deleteForGood: "Endgültig löschen",
    keep: "Behalten",
    on: (action, name) => `${action}: ${name}`,
    notPlayed: "Die MP3 kann hier nicht abgespielt werden. Laden Sie sie stattdessen herunter.",
  },

  zip: {
    saving: "Wird gespeichert …",
    fileName: (count) => plural(count, { one: "Tapedeck # MP3.zip", other: "Tapedeck # MP3s.zip" }),
    notDownloaded: (name) => `${name} konnte nicht heruntergeladen werden.`,
  },

  history: {
    title: "Früher",
    search: "Suchen",
    searchLabel: "Frühere Umwandlungen durchsuchen",
    filterLabel: "Anzeigen",
    filters: { all: "Alle", completed: "MP3s", failed: "Fehlgeschlagen" },
    select: "Auswählen",
    selectAll: "Alle auswählen",
    selectNone: "Keine auswählen",
    selected: (count) => plural(count, { one: "# ausgewählt", other: "# ausgewählt" }),
    downloadSelected: (count) =>
      plural(count, { one: "# als ZIP herunterladen", other: "# als ZIP herunterladen" }),
    noMatch: (words) => `Kein Name enthält „${words}“.`,
    noneOfKind: "Keine Umwandlung passt zu dieser Auswahl.",
    loading: "Frühere Umwandlungen werden geladen …",
    notLoaded: "Frühere Umwandlungen konnten nicht geladen werden.",
    showMore: "Mehr anzeigen",
    notDeleted: (name) => `${name} wurde nicht gelöscht.`,
    neverArrived:
      "Die Datei ist nie vollständig angekommen. Wählen Sie sie oben aus, um sie erneut zu senden.",
  },
});
