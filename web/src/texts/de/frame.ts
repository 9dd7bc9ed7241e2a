import type { Format } from "../../../../contract/texts/format.ts";
import type { Frame } from "../text.ts";

export const createFrame = ({ plural }: Format<"de">): Frame => ({
  loading: "Wird geladen …",
  tryAgain: "Erneut versuchen",
  unnamedVideo: "Video",
  kilobits: (rate) => `${rate} kbit/s`,
  keptUntil: (day) => `aufbewahrt bis ${day}`,
  files: (count) => plural(count, { one: "# Datei", other: "# Dateien" }),

  timeLeft: {
    someSeconds: "noch ein paar Sekunden",
    seconds: (count) =>
      plural(count, { one: "noch etwa # Sekunde", other: "noch etwa # Sekunden" }),
    minutes: (count) =>
      plural(count, { one: "noch etwa eine Minute", other: "noch etwa # Minuten" }),
    hours: (count) => plural(count, { one: "noch etwa eine Stunde", other: "noch etwa # Stunden" }),
  },

  account: {
    signOut: "Abmelden",
    signOutAndForget: "Abmelden und verwerfen",
    stay: "Hierbleiben",
    unsent: (count) =>
      plural(count, {
        one: "# Datei ist noch nicht gesendet und wird verworfen.",
        other: "# Dateien sind noch nicht gesendet und werden verworfen.",
      }),
  },

  signIn: {
    title: "Anmelden",
    titleAgain: "Erneut anmelden",
    email: "E-Mail-Adresse",
    password: "Passwort",
    busy: "Anmeldung läuft …",
    sessionEnded: "Ihre Sitzung ist abgelaufen.",
    nothingLost: "Nichts ist verloren: Ihre Liste kommt unverändert zurück.",
    uploadsGoOn: (count) =>
      plural(count, {
        one: "Nichts ist verloren: Ein Upload geht weiter, sobald Sie zurück sind.",
        other: "Nichts ist verloren: # Uploads gehen weiter, sobald Sie zurück sind.",
      }),
    filesWait: (count) =>
      plural(count, {
        one: "# Datei wird hinzugefügt, sobald Sie angemeldet sind.",
        other: "# Dateien werden hinzugefügt, sobald Sie angemeldet sind.",
      }),
  },

  introduction: {
    title: "Video hineinziehen, MP3 bekommen",
    points: [
      {
        claim: "Nimmt jede Video- oder Audiodatei,",
        rest: "eine oder hundert auf einmal. Wo es geht, entnimmt Ihr Browser den Ton und sendet nur diesen.",
      },
      {
        claim: "Unterwegs geht nichts verloren.",
        rest: "Uploads gehen nach dem Neuladen oder einer Unterbrechung weiter. Ist alles gesendet, können Sie die Seite schließen.",
      },
      {
        claim: "Nichts bleibt für immer.",
        rest: "Bei jeder MP3 steht der Tag, an dem sie gelöscht wird. Sie können sie auch vorher löschen.",
      },
      {
        claim: "Noch kein Konto?",
        rest: "Wer diese Seite betreibt, richtet Ihnen eines ein. Fragen Sie dort nach.",
      },
    ],
  },

  footer: {
    theme: "Darstellung",
    themes: { system: "Wie das System", light: "Hell", dark: "Dunkel" },
    language: "Sprache",
    browserLanguage: "Wie der Browser",
  },

  emails: {
    title: "Welche E-Mails",
    choices: {
      each: "Eine für jedes Video",
      digest: "Eine für Videos, die kurz nacheinander fertig werden",
      failures: "Nur, wenn ein Video nicht umgewandelt werden konnte",
      none: "Keine",
    },
    saved: "Gespeichert",
    savedAs: (choice) => `Gespeichert. E-Mails: ${choice}.`,
    notLoaded: "Ihre Auswahl konnte nicht geladen werden.",
    notSaved: "Ihre Auswahl wurde nicht gespeichert.",
  },

  feed: {
    title: "Podcast-Feed",
    none: "Mit einem privaten Feed sind Ihre MP3s Folgen in Ihrer Podcast-App.",
    since: (day) =>
      `Sie haben seit ${day} einen Feed. Seine Adresse wurde beim Anlegen gezeigt und kann nicht noch einmal gezeigt werden.`,
    create: "Feed anlegen",
    replace: "Neue Adresse anlegen",
    revoke: "Feed beenden",
    replaceForGood: "Neue anlegen",
    revokeForGood: "Endgültig beenden",
    keep: "Feed behalten",
    oldAddress: "Podcast-Apps mit der bisherigen Adresse bekommen dann keine MP3s mehr.",
    created: "Der Feed ist bereit.",
    revoked: "Der Feed ist beendet.",
    addressHint:
      "Fügen Sie diese Adresse in Ihrer Podcast-App hinzu oder richten Sie die Kamera Ihres Telefons auf den Code. Sie wird nur jetzt gezeigt. Wer sie hat, kann Ihre MP3s hören.",
    address: "Adresse des Feeds",
    copy: "Kopieren",
    copied: "Kopiert",
    code: "Die Adresse als QR-Code",
    notLoaded: "Ihr Feed konnte nicht abgefragt werden.",
    notCreated: "Der Feed wurde nicht angelegt.",
    notRevoked: "Der Feed wurde nicht beendet.",
  },
});
