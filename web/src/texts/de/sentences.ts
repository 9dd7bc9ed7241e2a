import type { Format } from "../format.ts";
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

  failures: {
    "no-audio-track": "Das Video hat keinen Ton. Wählen Sie eine Datei mit einer Tonspur.",
    "no-such-track":
      "Das Video hat keine Tonspur mit der gewählten Nummer, oder sie ist leer. Wählen Sie eine andere Nummer, oder keine, um die Spur zu nehmen, die Abspielprogramme nehmen.",
    "not-media":
      "Das ist keine Video- oder Audiodatei, die Tapedeck lesen kann. Prüfen Sie, ob sie auf Ihrem Gerät läuft, und laden Sie sie dann erneut hoch.",
    truncated:
      "Die Datei ist unvollständig: Ihr Ende fehlt oder ist beschädigt. Exportieren oder kopieren Sie sie noch einmal und laden Sie die ganze Datei hoch.",
    damaged:
      "Die Datei ist beschädigt: Ihr Ton lässt sich nicht bis zum Ende lesen. Prüfen Sie, ob sie auf Ihrem Gerät läuft. Wenn ja, speichern Sie sie in einem anderen Format, etwa MP4 oder WAV, und laden Sie das hoch.",
    "unsupported-codec":
      "Der Ton hat ein Format, das nicht gelesen werden kann. Exportieren Sie das Video mit AAC-, MP3-, Opus- oder PCM-Ton und laden Sie es erneut hoch.",
    "too-large":
      "Die Datei ist größer als angekündigt oder als erlaubt. Laden Sie sie als neue Umwandlung erneut hoch.",
    "too-long":
      "Die Aufnahme ist zu lang, um in einem Stück umgewandelt zu werden. Wählen Sie Beginn und Ende oder teilen Sie sie, und laden Sie sie erneut hoch.",
    encrypted:
      "Die Datei ist kopiergeschützt und kann nicht gelesen werden. Verwenden Sie eine ungeschützte Kopie.",
    "empty-selection":
      "Der gewählte Beginn liegt hinter dem Ende der Aufnahme. Wählen Sie einen früheren Beginn und versuchen Sie es erneut.",
    "source-gone":
      "Das Video wurde gelöscht, bevor es noch einmal umgewandelt werden konnte. Laden Sie es erneut hoch.",
    internal:
      "Bei uns ist etwas schiefgegangen, und die Umwandlung ist mehrmals gescheitert. Laden Sie die Datei erneut hoch oder bitten Sie den Betreiber dieses Dienstes, sie zu wiederholen.",
  },

  fileKinds: {
    segment:
      "Die Datei ist ein einzelnes Stück eines Streams und lässt sich allein nicht umwandeln. Laden Sie das ganze Video herunter und hier hoch.",
    photo: "Die Datei ist ein Foto und hat keinen Ton. Wählen Sie eine Video- oder Audiodatei.",
    document:
      "Die Datei ist ein Dokument und hat keinen Ton. Wählen Sie eine Video- oder Audiodatei.",
    archive: "Die Datei ist ein Archiv. Entpacken Sie es und laden Sie das Video darin hoch.",
    "web-page":
      "Die Datei ist eine Webseite, nicht das Video darauf. Laden Sie das Video selbst herunter und hier hoch.",
    playlist:
      "Die Datei ist eine Wiedergabeliste, die Aufnahmen nur nennt. Laden Sie die Aufnahmen selbst hoch.",
    midi: "Die Datei ist MIDI: Sie enthält Noten und keinen Ton. Exportieren Sie sie als WAV und laden Sie das hoch.",
    "disc-image":
      "Die Datei ist ein Datenträgerabbild. Öffnen Sie es und laden Sie die Videodateien darin hoch.",
    "pictures-only":
      "Die Datei enthält nur die Bilder eines Videos. Wählen Sie die Datei, die auch den Ton hat.",
    subtitles:
      "Die Datei enthält Untertitel und keinen Ton. Wählen Sie das Video, zu dem sie gehören.",
    score:
      "Die Datei ist ein Tracker-Modul oder Chip-Musik: Sie enthält Noten und keine Aufnahme. Exportieren Sie sie mit einem passenden Abspielprogramm als WAV und laden Sie das hoch.",
    project:
      "Die Datei ist ein Projekt eines Schnittprogramms, das Aufnahmen nur nennt. Exportieren Sie es als Video oder als WAV und laden Sie das hoch.",
    torrent:
      "Die Datei ist ein Torrent, der nur sagt, woher ein Video zu bekommen ist. Laden Sie das Video herunter und hier hoch.",
    shortcut:
      "Die Datei ist eine Verknüpfung, die nur auf eine andere verweist. Laden Sie das Video selbst hoch.",
    placeholder:
      "Die Datei steht für ein Video, das noch in der Cloud oder in Git LFS liegt. Laden Sie das Video auf Ihr Gerät herunter und dann hier hoch.",
    "resource-fork":
      "Die Datei enthält, was macOS sich zu einem Video notiert hat (ihr Name beginnt mit ._), nicht das Video. Wählen Sie die gleichnamige Datei ohne ._ am Anfang.",
    "encrypted-file":
      "Die Datei ist verschlüsselt. Entschlüsseln Sie sie und laden Sie das Video hoch.",
    program:
      "Die Datei ist ein Programm und hat keinen Ton. Wählen Sie eine Video- oder Audiodatei.",
    "unread-audio":
      "Für das Audioformat der Datei gibt es keinen freien Decoder. Exportieren Sie sie als WAV oder FLAC und laden Sie das hoch.",
    text: "Die Datei ist Text und keine Aufnahme. Wenn Sie sie heruntergeladen haben, öffnen Sie sie: Vielleicht steht darin, warum das Video fehlt.",
    blank:
      "Die Datei beginnt mit leeren Bytes statt mit einer Aufnahme. Beim Herunterladen oder Kopieren ist etwas schiefgegangen: Laden Sie sie noch einmal herunter oder kopieren Sie sie noch einmal, und laden Sie das hoch.",
  },

  notes: {
    "another-track":
      "Die erste Tonspur ist leer oder nicht lesbar. Die MP3 enthält deshalb die nächste lesbare Tonspur.",
    "stereo-pair":
      "Der linke und der rechte Kanal waren eigene Spuren. Die MP3 hat beide, in Stereo.",
    "down-mixed": "Der Ton hat mehr Kanäle, als eine MP3 haben kann. Alle wurden gemischt.",
    "unread-parts":
      "Teile der Aufnahme sind beschädigt und konnten nicht gelesen werden. Dort kann die MP3 springen oder knacken.",
    "turned-down":
      "Der Ton war lauter, als eine MP3 sein kann. Er wurde leiser gemacht statt verzerrt.",
    "read-by-name":
      "Nichts in der Datei sagt, was sie ist. Sie wurde deshalb als das gelesen, worauf ihr Name endet. Wenn die MP3 nur rauscht, geben Sie der Datei die richtige Endung oder wandeln Sie sie in WAV um.",
    "no-cover":
      "Das Bild der Aufnahme ist nicht lesbar. Die MP3 hat deshalb kein Cover. Geben Sie ihr eines als JPEG oder PNG.",
  },

  emailFailures: {
    withMp3: "Wir konnten Ihnen keine E-Mail senden, aber Ihre MP3 ist fertig.",
    withoutMp3: "Wir konnten Ihnen darüber keine E-Mail senden.",
  },

  incomplete: {
    "ends-early": (missing) =>
      `Die Aufnahme endet zu früh: Das Ende der Datei fehlt${missing}. Die MP3 hat alles davor.`,
    gaps: (missing) =>
      `Die Aufnahme hat Lücken: Teile von ihr fehlen${missing}. Die MP3 hat alles andere.`,
  },
  missing: (amount) => ` (${amount})`,

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
