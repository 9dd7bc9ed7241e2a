import type { Format } from "../../../../contract/texts/format.ts";
import type { Sentences } from "../text.ts";

export const createSentences = ({ plural }: Format<"fr">): Sentences => ({
  codeMissing: "La page n’a pas pu être chargée en entier. Actualisez-la.",

  faults: {
    connectionLost:
      "La connexion a été coupée. Vérifiez votre réseau, puis réessayez. Ce qui a déjà été envoyé est conservé.",
    unreachable: "Le service est injoignable. Vérifiez votre réseau, puis réessayez.",
    serviceDown: "Le service a un problème en ce moment. Réessayez dans une minute.",
    refused: "Le service a refusé cette demande. Actualisez la page et réessayez.",
    storageDown: "Le stockage a un problème en ce moment. Réessayez dans une minute.",
    storageRefused:
      "Le stockage a refusé le fichier. Réessayez. Si cela ne suffit pas, prévenez la personne qui gère ce service.",
    outOfDate: "Cette page n’est plus à jour. Actualisez-la pour obtenir la dernière version.",
    unreadable:
      "Le fichier n’est plus lisible\u00a0: il a été déplacé, modifié ou débranché. Choisissez-le à nouveau.",
    unexpected: "Un problème inattendu est survenu. Réessayez ou actualisez la page.",
    tooLarge:
      "Ce fichier est plus gros que ce que le service accepte. Choisissez-en un plus petit ou plus court.",
    jobGone: "Cette conversion n’existe plus. Choisissez à nouveau le fichier pour recommencer.",
    sourceGone:
      "La vidéo n’est plus conservée. Choisissez le fichier ci-dessus pour l’envoyer à nouveau.",
    alreadyUploaded: "Ce fichier est déjà arrivé. Actualisez la page pour voir où il en est.",
    tooManyRequests: "Trop de demandes. Attendez une minute, puis réessayez.",
    mp3Unreachable: "Le MP3 est injoignable. Vérifiez votre réseau, puis réessayez.",
    mp3Gone: "Ce MP3 n’existe plus. Convertissez à nouveau la vidéo pour le retrouver.",
    mp3Refused: "Le stockage a refusé de livrer le MP3. Réessayez dans une minute.",
    wrongPassword:
      "L’adresse e-mail ou le mot de passe est incorrect. Vérifiez les deux et réessayez.",
    credentialsMissing: "Saisissez votre adresse e-mail et votre mot de passe.",
  },

  limits: {
    bytesPerDay: (size) =>
      `Vous pouvez envoyer ${size} par jour, et ce fichier dépasserait cette limite. Envoyez-le demain (le jour commence à 0:00 UTC) ou demandez une limite plus haute à la personne qui gère ce service.`,
    minutesPerDay: (count) =>
      plural(count, {
        one: "Vous avez utilisé votre minute de son d’aujourd’hui. Envoyez ce fichier demain (le jour commence à 0:00 UTC) ou demandez une limite plus haute à la personne qui gère ce service.",
        many: "Vous avez utilisé vos #\u00a0de minutes de son d’aujourd’hui. Envoyez ce fichier demain (le jour commence à 0:00 UTC) ou demandez une limite plus haute à la personne qui gère ce service.",
        other:
          "Vous avez utilisé vos #\u00a0minutes de son d’aujourd’hui. Envoyez ce fichier demain (le jour commence à 0:00 UTC) ou demandez une limite plus haute à la personne qui gère ce service.",
      }),
    openJobs: (count) =>
      plural(count, {
        one: "#\u00a0vidéo est en attente ou en cours de conversion, c’est la limite. Attendez qu’elle soit terminée ou supprimez-la.",
        many: "#\u00a0de vidéos sont en attente ou en cours de conversion, c’est la limite. Attendez que certaines soient terminées ou supprimez-en.",
        other:
          "#\u00a0vidéos sont en attente ou en cours de conversion, c’est la limite. Attendez que certaines soient terminées ou supprimez-en.",
      }),
    attempts: (minutes) =>
      plural(minutes, {
        one: "Trop de tentatives de connexion. Réessayez dans une minute.",
        many: "Trop de tentatives de connexion. Réessayez dans #\u00a0de minutes.",
        other: "Trop de tentatives de connexion. Réessayez dans #\u00a0minutes.",
      }),
  },

  sending: {
    now: (sent, total) => `Envoi\u00a0: ${sent} sur ${total}`,
    offline: (sent, total) =>
      `Vous êtes hors ligne. ${sent} sur ${total} sont envoyés\u202f; le reste suivra au retour du réseau.`,
    retrying: (sent, total) =>
      `La connexion a été coupée, nouvelle tentative en cours. ${sent} sur ${total} sont envoyés.`,
    onlySoundtrack: (audio, whole) =>
      `Seule la bande-son est envoyée\u00a0: ${audio} au lieu de ${whole}.`,
    sourceIsThere: "La vidéo est encore sur le service, il n’y a rien à envoyer.",
    reading: (percent) => `Lecture de la bande-son, ${percent}`,
    readingShort: (percent) => `lecture, ${percent}`,
    waiting: "Attend son tour",
    paused: "En pause. Ce qui est arrivé est conservé.",
    elsewhere:
      "Un autre onglet de ce navigateur envoie ce fichier. L’envoi continuera ici quand cet onglet sera fermé.",
    draftNeedsFile:
      "La page a été actualisée et a de nouveau besoin de ce fichier. Vos options sont conservées.",
    uploadNeedsFile:
      "Choisissez à nouveau ce fichier pour continuer. Ce qui est déjà arrivé n’est pas envoyé deux fois.",
    openAgain: "Ouvrir à nouveau",
    chooseFile: "Choisir le fichier",
    sent: (name) => `${name} est envoyé et va être converti.`,
    stopped: (name, reason) => `${name}\u00a0: ${reason}`,
  },

  converting: {
    soon: "Arrivé. La conversion commence dans un instant.",
    now: (percent) => `Conversion, ${percent}`,
    ready: (name) => `${name} est prêt.`,
    failed: (name, reason) => `${name} n’a pas pu être converti. ${reason}`,
    readyTitle: "Votre MP3 est prêt",
    failedTitle: "Pas de MP3",
    unknownReason: "Le fichier n’a pas pu être converti.",
    sendsWholeInstead:
      "La bande-son seule n’a pas pu être convertie, la vidéo entière est donc envoyée.",
  },

  wholeFile: {
    failed: "Le navigateur ne peut pas extraire le son, la vidéo entière est donc envoyée.",
    "no-sound":
      "Le navigateur n’a pas trouvé de piste audio, la vidéo entière est donc envoyée et vérifiée à nouveau.",
    "not-readable": "Le navigateur ne peut pas lire ce format, le fichier entier est donc envoyé.",
    "not-exact":
      "Le son de ce fichier est coupé au début ou à la fin. Le fichier entier est envoyé pour qu’il reste exact.",
  },
});
