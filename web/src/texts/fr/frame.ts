import type { Format } from "../../../../contract/texts/format.ts";
import type { Frame } from "../text.ts";

export const createFrame = ({ plural }: Format<"fr">): Frame => ({
  loading: "Chargement…",
  tryAgain: "Réessayer",
  unnamedVideo: "Vidéo",
  kilobits: (rate) => `${rate}\u00a0kbit/s`,
  keptUntil: (day) => `conservé jusqu’au ${day}`,
  files: (count) =>
    plural(count, { one: "#\u00a0fichier", many: "#\u00a0de fichiers", other: "#\u00a0fichiers" }),

  timeLeft: {
    someSeconds: "encore quelques secondes",
    seconds: (count) =>
      plural(count, {
        one: "encore #\u00a0seconde environ",
        many: "encore #\u00a0de secondes environ",
        other: "encore #\u00a0secondes environ",
      }),
    minutes: (count) =>
      plural(count, {
        one: "encore une minute environ",
        many: "encore #\u00a0de minutes environ",
        other: "encore #\u00a0minutes environ",
      }),
    hours: (count) =>
      plural(count, {
        one: "encore une heure environ",
        many: "encore #\u00a0d’heures environ",
        other: "encore #\u00a0heures environ",
      }),
  },

  account: {
    signOut: "Se déconnecter",
    signOutAndForget: "Se déconnecter et abandonner",
    stay: "Rester",
    unsent: (count) =>
      plural(count, {
        one: "#\u00a0fichier n’est pas encore envoyé et sera abandonné.",
        many: "#\u00a0de fichiers ne sont pas encore envoyés et seront abandonnés.",
        other: "#\u00a0fichiers ne sont pas encore envoyés et seront abandonnés.",
      }),
  },

  signIn: {
    title: "Se connecter",
    titleAgain: "Se reconnecter",
    email: "Adresse e-mail",
    password: "Mot de passe",
    busy: "Connexion…",
    sessionEnded: "Votre session a expiré.",
    nothingLost: "Rien n’est perdu\u00a0: votre liste revient telle quelle.",
    uploadsGoOn: (count) =>
      plural(count, {
        one: "Rien n’est perdu\u00a0: un envoi reprend dès votre retour.",
        many: "Rien n’est perdu\u00a0: #\u00a0d’envois reprennent dès votre retour.",
        other: "Rien n’est perdu\u00a0: #\u00a0envois reprennent dès votre retour.",
      }),
    filesWait: (count) =>
      plural(count, {
        one: "#\u00a0fichier sera ajouté dès que vous serez connecté.",
        many: "#\u00a0de fichiers seront ajoutés dès que vous serez connecté.",
        other: "#\u00a0fichiers seront ajoutés dès que vous serez connecté.",
      }),
  },

  introduction: {
    title: "Déposez une vidéo, obtenez le MP3",
    points: [
      {
        claim: "Tous les fichiers vidéo et audio,",
        rest: "un seul ou cent à la fois. Quand c’est possible, votre navigateur en extrait le son et n’envoie que lui.",
      },
      {
        claim: "Rien ne se perd en route.",
        rest: "Les envois reprennent après une actualisation ou une coupure. Une fois qu’ils sont terminés, vous pouvez fermer la page.",
      },
      {
        claim: "Rien n’est gardé pour toujours.",
        rest: "Chaque MP3 indique le jour de sa suppression, et vous pouvez le supprimer avant.",
      },
      {
        claim: "Pas encore de compte\u202f?",
        rest: "Demandez à la personne qui gère cette page\u00a0: elle vous en créera un.",
      },
    ],
  },

  footer: {
    theme: "Thème",
    themes: { system: "Comme le système", light: "Clair", dark: "Sombre" },
    language: "Langue",
    browserLanguage: "Comme le navigateur",
  },

  emails: {
    title: "Quels e-mails",
    choices: {
      each: "Un pour chaque vidéo",
      digest: "Un seul pour les vidéos qui se terminent presque en même temps",
      failures: "Seulement quand une vidéo n’a pas pu être convertie",
      none: "Aucun",
    },
    saved: "Enregistré",
    savedAs: (choice) => `Enregistré. E-mails\u00a0: ${choice}.`,
    notLoaded: "Votre choix n’a pas pu être chargé.",
    notSaved: "Votre choix n’a pas été enregistré.",
  },

  feed: {
    title: "Flux de podcast",
    none: "Avec un flux privé, vos MP3 sont des épisodes dans votre application de podcasts.",
    since: (day) =>
      `Vous avez un flux depuis le ${day}. Son adresse a été montrée à sa création et ne peut plus l’être.`,
    create: "Créer un flux",
    replace: "Créer une nouvelle adresse",
    revoke: "Fermer le flux",
    replaceForGood: "Créer la nouvelle",
    revokeForGood: "Fermer pour de bon",
    keep: "Garder le flux",
    oldAddress:
      "Les applications de podcasts qui ont l’adresse actuelle ne recevront plus vos MP3.",
    created: "Le flux est prêt.",
    revoked: "Le flux est fermé.",
    addressHint:
      "Ajoutez cette adresse dans votre application de podcasts, ou visez le code avec l’appareil photo de votre téléphone. Elle n’est montrée que maintenant. Quiconque l’a peut écouter vos MP3.",
    address: "Adresse du flux",
    copy: "Copier",
    copied: "Copié",
    code: "L’adresse sous forme de code QR",
    notLoaded: "Votre flux n’a pas pu être consulté.",
    notCreated: "Le flux n’a pas été créé.",
    notRevoked: "Le flux n’a pas été fermé.",
  },
});
