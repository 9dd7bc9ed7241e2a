import type { Format } from "../../../contract/texts/format.ts";
import type { MailTexts } from "./text.ts";

export const createMailTexts = ({ plural }: Format<"de">): MailTexts => ({
  ready: {
    subject: (title) => `Ihre MP3 ist fertig: ${title}`,
    heading: "Ihre MP3 ist fertig",
  },
  failed: {
    subject: (video) => `Ihr Video konnte nicht umgewandelt werden: ${video}`,
    heading: "Ihr Video konnte nicht umgewandelt werden",
    help: (jobId) =>
      `Wenn es wieder nicht gelingt, senden Sie dem Betreiber dieses Dienstes die Nummer ${jobId}. Damit lässt sich der Grund finden.`,
  },
  digest: {
    ready: (count) => plural(count, { one: "# MP3 fertig", other: "# MP3s fertig" }),
    failed: (count) =>
      plural(count, {
        one: "# Video konnte nicht umgewandelt werden",
        other: "# Videos konnten nicht umgewandelt werden",
      }),
    both: (ready, failed) => `${ready}, ${failed}`,
    whenReady: "Melden Sie sich an, um die MP3s abzuspielen und herunterzuladen.",
    whenNone: "Melden Sie sich an, um andere Optionen oder andere Dateien zu wählen.",
  },
  labels: { title: "Titel", video: "Video", facts: "Länge und Größe", note: "Hinweis" },
  line: (label, value) => `${label}: ${value}`,
  actions: {
    download: "MP3 herunterladen",
    openTapedeck: "Tapedeck öffnen",
    chooseStartAndEnd: "Anfang und Ende wählen",
    uploadAgain: "Erneut hochladen",
    chooseAnotherFile: "Andere Datei wählen",
  },
  keptWithLink: (day) =>
    `Die MP3 wird bis zum ${day} aufbewahrt. Bis dahin funktioniert der Link ohne Anmeldung, für alle, die ihn haben.`,
  linkWorks: (day) =>
    `Der Link funktioniert bis zum ${day} ohne Anmeldung, für alle, die ihn haben.`,
  keptLonger: (day) =>
    `Die MP3 selbst wird bis zum ${day} aufbewahrt. Ist der Link abgelaufen, melden Sie sich bei Tapedeck an, um sie herunterzuladen.`,
  footer:
    "Tapedeck macht aus Videos MP3s. Sie bekommen diese E-Mail, weil Sie ein Video hochgeladen haben.",
  stopEmails: "Diese E-Mails abbestellen",
});
