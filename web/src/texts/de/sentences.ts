import type { Format } from "../../../../contract/texts/format.ts";
import type { Sentences } from "../text.ts";

export const createSentences = ({ plural }: Format<"de">): Sentences => ({
  codeMissing: "Die Seite konnte nicht vollständig geladen werden. Laden Sie sie neu.",

  faults: {
    connectionLost:
      "Die Verbindung ist abgebrochen. Prüfen Sie Ihr Netz und versuchen Sie es erneut. Was schon hochgeladen ist, bleibt erhalten.",
    unreachable:
      "Der Dienst ist nicht erreichbar. Prüfen Sie Ihr Netz und versuchen Sie es erneut.",
    serviceDown: "Der Dienst hat gerade ein Problem. Versuchen Sie es in einer Minute erneut.",
    refused:
      "Der Dienst hat das nicht angenommen. Laden Sie die Seite neu und versuchen Sie es erneut.",
    storageDown: "Der Speicher hat gerade ein Problem. Versuchen Sie es in einer Minute erneut.",
    storageRefused:
      "Der Speicher hat die Datei abgelehnt. Versuchen Sie es erneut. Hilft das nicht, sagen Sie es dem Betreiber dieses Dienstes.",
    outOfDate: "Diese Seite ist veraltet. Laden Sie sie neu, um die neueste Version zu bekommen.",
    unreadable:
      "Die Datei ist nicht mehr lesbar: Sie wurde verschoben, geändert oder entfernt. Wählen Sie sie erneut aus.",
    unexpected:
      "Etwas Unerwartetes ist schiefgegangen. Versuchen Sie es erneut oder laden Sie die Seite neu.",
    tooLarge:
      "Diese Datei ist größer, als der Dienst annimmt. Wählen Sie eine kleinere oder kürzere.",
    jobGone:
      "Diese Umwandlung gibt es nicht mehr. Wählen Sie die Datei erneut aus, um von vorn zu beginnen.",
    sourceGone:
      "Das Video wird nicht mehr aufbewahrt. Wählen Sie die Datei oben aus, um sie erneut zu senden.",
    alreadyUploaded:
      "Diese Datei ist schon angekommen. Laden Sie die Seite neu, um zu sehen, wie weit sie ist.",
    tooManyRequests: "Zu viele Anfragen. Warten Sie eine Minute und versuchen Sie es erneut.",
    mp3Unreachable:
      "Die MP3 ist nicht erreichbar. Prüfen Sie Ihr Netz und versuchen Sie es erneut.",
    mp3Gone:
      "Diese MP3 gibt es nicht mehr. Wandeln Sie das Video erneut um, um sie wiederzubekommen.",
    mp3Refused:
      "Der Speicher hat die MP3 nicht herausgegeben. Versuchen Sie es in einer Minute erneut.",
    wrongPassword:
      "E-Mail-Adresse oder Passwort ist falsch. Prüfen Sie beides und versuchen Sie es erneut.",
    credentialsMissing: "Geben Sie Ihre E-Mail-Adresse und Ihr Passwort ein.",
  },

  limits: {
    bytesPerDay: (size) =>
      `Sie können ${size} am Tag hochladen, und mit dieser Datei wäre es mehr. Senden Sie sie morgen (der Tag beginnt um 0:00 Uhr UTC) oder bitten Sie den Betreiber dieses Dienstes um mehr.`,
    minutesPerDay: (count) =>
      plural(count, {
        one: "Sie haben die # Minute Ton für heute verbraucht. Senden Sie diese Datei morgen (der Tag beginnt um 0:00 Uhr UTC) oder bitten Sie den Betreiber dieses Dienstes um mehr.",
        other:
          "Sie haben die # Minuten Ton für heute verbraucht. Senden Sie diese Datei morgen (der Tag beginnt um 0:00 Uhr UTC) oder bitten Sie den Betreiber dieses Dienstes um mehr.",
      }),
    openJobs: (count) =>
      plural(count, {
        one: "# Ihrer Videos wartet oder wird umgewandelt, mehr geht nicht. Warten Sie, bis es fertig ist, oder löschen Sie es.",
        other:
          "# Ihrer Videos warten oder werden umgewandelt, mehr geht nicht. Warten Sie, bis einige fertig sind, oder löschen Sie welche.",
      }),
    attempts: (minutes) =>
      plural(minutes, {
        one: "Zu viele Anmeldeversuche. Versuchen Sie es in einer Minute erneut.",
        other: "Zu viele Anmeldeversuche. Versuchen Sie es in # Minuten erneut.",
      }),
  },

  sending: {
    now: (sent, total) => `Gesendet: ${sent} von ${total}`,
    offline: (sent, total) =>
      `Sie sind offline. ${sent} von ${total} sind gesendet; der Rest folgt, sobald das Netz wieder da ist.`,
    retrying: (sent, total) =>
      `Die Verbindung ist abgebrochen, neuer Versuch läuft. ${sent} von ${total} sind gesendet.`,
    onlySoundtrack: (audio, whole) => `Nur die Tonspur wird gesendet: ${audio} statt ${whole}.`,
    sourceIsThere: "Das Video liegt noch beim Dienst, es muss nichts gesendet werden.",
    reading: (percent) => `Die Tonspur wird gelesen, ${percent}`,
    readingShort: (percent) => `wird gelesen, ${percent}`,
    waiting: "Wartet, bis es an der Reihe ist",
    paused: "Angehalten. Was angekommen ist, bleibt erhalten.",
    elsewhere:
      "Ein anderer Tab dieses Browsers sendet diese Datei. Hier geht es weiter, wenn er geschlossen ist.",
    draftNeedsFile:
      "Die Seite wurde neu geladen und braucht diese Datei noch einmal. Ihre Optionen bleiben erhalten.",
    uploadNeedsFile:
      "Wählen Sie diese Datei erneut aus, um fortzufahren. Was schon angekommen ist, wird nicht noch einmal gesendet.",
    openAgain: "Wieder öffnen",
    chooseFile: "Datei auswählen",
    sent: (name) => `${name} ist gesendet und wird jetzt umgewandelt.`,
    stopped: (name, reason) => `${name}: ${reason}`,
  },

  converting: {
    soon: "Angekommen. Die Umwandlung beginnt gleich.",
    now: (percent) => `Wird umgewandelt, ${percent}`,
    ready: (name) => `${name} ist fertig.`,
    failed: (name, reason) => `${name} konnte nicht umgewandelt werden. ${reason}`,
    readyTitle: "Ihre MP3 ist fertig",
    failedTitle: "Keine MP3",
    unknownReason: "Die Datei konnte nicht umgewandelt werden.",
    sendsWholeInstead:
      "Die Tonspur allein konnte nicht umgewandelt werden, deshalb wird das ganze Video gesendet.",
  },

  wholeFile: {
    failed: "Der Browser kann den Ton nicht entnehmen, deshalb wird das ganze Video gesendet.",
    "no-sound":
      "Der Browser hat keine Tonspur gefunden, deshalb wird das ganze Video gesendet und noch einmal geprüft.",
    "not-readable":
      "Der Browser kann dieses Format nicht lesen, deshalb wird die ganze Datei gesendet.",
    "not-exact":
      "Der Ton dieser Datei ist am Anfang oder Ende beschnitten. Damit er genau bleibt, wird die ganze Datei gesendet.",
  },
});
