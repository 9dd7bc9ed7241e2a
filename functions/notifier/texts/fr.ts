import type { Format } from "../../../contract/texts/format.ts";
import type { MailTexts } from "./text.ts";

export const createMailTexts = ({ plural }: Format<"fr">): MailTexts => ({
  ready: {
    subject: (title) => `Votre MP3 est prêt\u00a0: ${title}`,
    heading: "Votre MP3 est prêt",
  },
  failed: {
    subject: (video) => `Votre vidéo n’a pas pu être convertie\u00a0: ${video}`,
    heading: "Votre vidéo n’a pas pu être convertie",
    help: (jobId) =>
      `Si cela échoue encore, envoyez à la personne qui gère ce service le numéro de la conversion, ${jobId}. Il lui permet d’en trouver la cause.`,
  },
  digest: {
    ready: (count) =>
      plural(count, { one: "# MP3 prêt", many: "# de MP3 prêts", other: "# MP3 prêts" }),
    failed: (count) =>
      plural(count, {
        one: "# vidéo n’a pas pu être convertie",
        many: "# de vidéos n’ont pas pu être converties",
        other: "# vidéos n’ont pas pu être converties",
      }),
    both: (ready, failed) => `${ready}, ${failed}`,
    whenReady: "Connectez-vous pour écouter et télécharger les MP3.",
    whenNone: "Connectez-vous pour choisir d’autres options ou d’autres fichiers.",
  },
  labels: { title: "Titre", video: "Vidéo", facts: "Durée et taille", note: "À noter" },
  line: (label, value) => `${label}\u00a0: ${value}`,
  actions: {
    download: "Télécharger le MP3",
    openTapedeck: "Ouvrir Tapedeck",
    chooseStartAndEnd: "Choisir un début et une fin",
    uploadAgain: "L’envoyer à nouveau",
    chooseAnotherFile: "Choisir un autre fichier",
  },
  keptWithLink: (day) =>
    `Le MP3 est conservé jusqu’au ${day}. D’ici là, le lien fonctionne sans connexion, pour toute personne qui l’a.`,
  linkWorks: (day) =>
    `Le lien fonctionne jusqu’au ${day} sans connexion, pour toute personne qui l’a.`,
  keptLonger: (day) =>
    `Le MP3 lui-même est conservé jusqu’au ${day}\u00a0: une fois le lien expiré, connectez-vous à Tapedeck pour le télécharger.`,
  footer:
    "Tapedeck transforme des vidéos en MP3. Vous recevez cet e-mail parce que vous avez envoyé une vidéo.",
  stopEmails: "Ne plus recevoir ces e-mails",
});
