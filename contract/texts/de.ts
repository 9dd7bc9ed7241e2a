import type { Outcomes } from "./outcomes.ts";

export const outcomes: Outcomes = {
  about: (amount) => `etwa ${amount}`,

  failures: {
    "no-audio-track": "Das Video hat keinen Ton. Wählen Sie eine Datei mit einer Tonspur.",
    "no-such-track":
      "Das Video hat keine Tonspur mit der gewählten Nummer, oder sie ist leer. Wählen Sie eine andere Nummer, oder keine, um die Spur zu nehmen, die Abspielprogramme nehmen.",
    "not-a-pair":
      "Die als links und rechts gewählten Tonspuren lassen sich nicht verbinden: Beide müssen mono sein und dieselbe Abtastrate haben. Wählen Sie andere Spuren oder nur eine.",
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
    "source-deleted":
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
    "partial-download":
      "Die Datei ist ein unfertiger Download. Laden Sie sie mit Ihrem Programm zu Ende herunter und laden Sie das fertige Video hoch.",
    "meeting-recording":
      "Die Datei ist eine Aufnahme im eigenen Format eines Programms für Besprechungen oder Bildschirmaufnahmen, das nur dieses Programm lesen kann. Öffnen Sie sie dort, exportieren Sie sie als MP4 und laden Sie das hoch.",
    "chat-backup":
      "Die Datei ist eine verschlüsselte Sicherung von Chats und keine Aufnahme. Speichern Sie das Video oder die Sprachnachricht aus dem Chat und laden Sie das hoch.",
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
};
