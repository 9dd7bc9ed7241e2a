import type { Format } from "../format.ts";
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

  failures: {
    "no-audio-track": "La vidéo n’a pas de son. Choisissez un fichier qui a une piste audio.",
    "no-such-track":
      "La vidéo n’a pas de piste audio portant le numéro choisi, ou cette piste est vide. Choisissez un autre numéro, ou aucun pour la piste que lisent les lecteurs.",
    "not-media":
      "Ce n’est pas un fichier vidéo ou audio que Tapedeck sait lire. Vérifiez qu’il se lit sur votre appareil, puis envoyez-le à nouveau.",
    truncated:
      "Le fichier est incomplet\u00a0: sa fin manque ou est abîmée. Exportez-le ou copiez-le à nouveau et envoyez le fichier entier.",
    damaged:
      "Le fichier est abîmé\u00a0: son audio ne peut pas être lu jusqu’à la fin. Vérifiez qu’il se lit sur votre appareil. Si c’est le cas, enregistrez-le dans un autre format, comme MP4 ou WAV, et envoyez celui-là.",
    "unsupported-codec":
      "Le son est dans un format qui ne peut pas être lu. Exportez la vidéo avec du son AAC, MP3, Opus ou PCM et envoyez-la à nouveau.",
    "too-large":
      "Le fichier est plus gros qu’annoncé ou que ce qui est permis. Envoyez-le à nouveau comme une nouvelle conversion.",
    "too-long":
      "L’enregistrement est trop long pour être converti d’une traite. Choisissez un début et une fin, ou découpez-le, puis envoyez-le à nouveau.",
    encrypted:
      "Le fichier est protégé contre la copie et ne peut pas être lu. Utilisez une copie sans protection.",
    "empty-selection":
      "Le début choisi est après la fin de l’enregistrement. Choisissez un début plus tôt et réessayez.",
    "source-gone":
      "La vidéo a été supprimée avant de pouvoir être convertie à nouveau. Envoyez-la encore une fois.",
    internal:
      "Un problème est survenu de notre côté, et la conversion a échoué plusieurs fois. Envoyez le fichier à nouveau, ou demandez à la personne qui gère ce service de la relancer.",
  },

  fileKinds: {
    segment:
      "Le fichier est un seul segment d’un flux et ne peut pas être converti seul. Téléchargez la vidéo entière et envoyez-la.",
    photo: "Le fichier est une photo et n’a pas de son. Choisissez un fichier vidéo ou audio.",
    document: "Le fichier est un document et n’a pas de son. Choisissez un fichier vidéo ou audio.",
    archive: "Le fichier est une archive. Décompressez-la et envoyez la vidéo qu’elle contient.",
    "web-page":
      "Le fichier est une page web, et non la vidéo qui s’y trouve. Téléchargez la vidéo elle-même et envoyez-la.",
    playlist:
      "Le fichier est une liste de lecture, qui ne fait que nommer des enregistrements. Envoyez les enregistrements eux-mêmes.",
    midi: "Le fichier est du MIDI, qui contient des notes et pas de son. Exportez-le en WAV et envoyez ce fichier.",
    "disc-image":
      "Le fichier est une image disque. Ouvrez-la et envoyez les fichiers vidéo qu’elle contient.",
    "pictures-only":
      "Le fichier ne contient que les images d’une vidéo. Choisissez le fichier qui a aussi le son.",
    subtitles:
      "Le fichier contient des sous-titres et pas de son. Choisissez la vidéo à laquelle ils appartiennent.",
    score:
      "Le fichier est un module de tracker ou de la musique de puce sonore, qui contient des notes et pas d’enregistrement. Exportez-le en WAV avec un lecteur adapté et envoyez ce fichier.",
    project:
      "Le fichier est le projet d’un logiciel de montage, qui ne fait que nommer des enregistrements. Exportez-le en vidéo ou en WAV et envoyez ce fichier.",
    torrent:
      "Le fichier est un torrent, qui indique seulement où télécharger une vidéo. Téléchargez la vidéo et envoyez-la.",
    shortcut:
      "Le fichier est un raccourci, qui ne fait que mener à un autre. Envoyez la vidéo elle-même.",
    placeholder:
      "Le fichier représente une vidéo qui est encore dans le cloud ou dans Git LFS. Téléchargez la vidéo sur votre appareil et envoyez-la.",
    "resource-fork":
      "Le fichier contient ce que macOS note au sujet d’une vidéo (son nom commence par ._), et non la vidéo. Choisissez le fichier du même nom, sans ._ au début.",
    "encrypted-file": "Le fichier est chiffré. Déchiffrez-le et envoyez la vidéo.",
    program: "Le fichier est un programme et n’a pas de son. Choisissez un fichier vidéo ou audio.",
    "unread-audio":
      "Il n’existe pas de décodeur libre pour le format audio de ce fichier. Exportez-le en WAV ou en FLAC et envoyez ce fichier.",
    text: "Le fichier est du texte, et non un enregistrement. Si vous l’avez téléchargé, ouvrez-le\u00a0: il dit peut-être pourquoi la vidéo n’y est pas.",
    blank:
      "Le fichier commence par des octets vides au lieu d’un enregistrement. Son téléchargement ou sa copie a échoué\u00a0: téléchargez-le ou copiez-le à nouveau et envoyez-le.",
  },

  notes: {
    "another-track":
      "La première piste audio est vide ou illisible. Le MP3 contient donc la piste lisible suivante.",
    "stereo-pair":
      "Les canaux gauche et droit étaient des pistes séparées. Le MP3 contient les deux, en stéréo.",
    "down-mixed": "Le son a plus de canaux qu’un MP3 ne peut en avoir. Ils ont tous été mélangés.",
    "unread-parts":
      "Des parties de l’enregistrement sont endommagées et n’ont pas pu être lues. Le MP3 peut y sauter ou grésiller.",
    "turned-down":
      "Le son était plus fort qu’un MP3 ne peut l’être. Il a été baissé pour ne pas être déformé.",
    "read-by-name":
      "Rien dans le fichier ne dit ce qu’il est. Il a donc été lu d’après l’extension de son nom. Si le MP3 n’est que du bruit, donnez au fichier la bonne extension ou convertissez-le en WAV.",
    "no-cover":
      "L’image de l’enregistrement est illisible. Le MP3 n’a donc pas de pochette. Ajoutez-en une en JPEG ou en PNG.",
  },

  emailFailures: {
    withMp3: "Nous n’avons pas pu vous envoyer d’e-mail, mais votre MP3 est prêt.",
    withoutMp3: "Nous n’avons pas pu vous envoyer d’e-mail à ce sujet.",
  },

  incomplete: {
    "ends-early": (missing) =>
      `L’enregistrement se termine trop tôt\u00a0: la fin du fichier manque${missing}. Le MP3 contient tout ce qui précède.`,
    gaps: (missing) =>
      `L’enregistrement a des trous\u00a0: des parties manquent${missing}. Le MP3 contient tout le reste.`,
  },
  missing: (amount) => ` (${amount})`,

  wholeFile: {
    failed: "Le navigateur ne peut pas extraire le son, la vidéo entière est donc envoyée.",
    "no-sound":
      "Le navigateur n’a pas trouvé de piste audio, la vidéo entière est donc envoyée et vérifiée à nouveau.",
    "not-readable": "Le navigateur ne peut pas lire ce format, le fichier entier est donc envoyé.",
    "not-exact":
      "Le son de ce fichier est coupé au début ou à la fin. Le fichier entier est envoyé pour qu’il reste exact.",
  },
});
