import type { PageTexts } from "./text.ts";

export const pageTexts: PageTexts = {
  openTapedeck: "Tapedeck öffnen",
  linkFails: "Dieser Link funktioniert nicht",
  refusals: {
    "expired-link":
      "Dieser Link ist abgelaufen. Melden Sie sich bei Tapedeck an, um Ihre MP3s zu bekommen.",
    "invalid-link":
      "Dieser Link ist nicht oder nicht mehr gültig. Kopieren Sie den ganzen Link aus der E-Mail, oder melden Sie sich bei Tapedeck an.",
    expired:
      "Die Aufbewahrungszeit dieser MP3 ist vorbei, sie wurde gelöscht. Laden Sie das Video erneut hoch.",
    "job-not-found": "Die MP3, zu der dieser Link führt, wurde gelöscht.",
    "not-ready":
      "Die MP3 ist noch nicht fertig. Versuchen Sie es in ein paar Sekunden erneut, oder warten Sie auf die E-Mail.",
  },
  otherRefusal: "Melden Sie sich bei Tapedeck an, um Ihre Videos und MP3s zu sehen.",
  outage: {
    heading: "Tapedeck kann gerade nicht antworten",
    text: "Versuchen Sie es in ein paar Minuten erneut.",
  },
  stopEmails: {
    heading: "Keine E-Mails mehr?",
    text: "Sie bekommen keine E-Mails mehr über Ihre Videos. Ihre MP3s bleiben auf der Seite.",
    button: "Alle E-Mails abbestellen",
  },
  emailsStopped: {
    heading: "Sie bekommen keine E-Mails mehr",
    text: "Ihre MP3s bleiben auf der Seite. Dort können Sie E-Mails auch wieder einschalten.",
  },
};
