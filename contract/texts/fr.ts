import type { Outcomes } from "./outcomes.ts";

export const outcomes: Outcomes = {
  about: (amount) => `environ ${amount}`,

  failures: {
    "no-audio-track": "La vidéo n’a pas de son. Choisissez un fichier qui a une piste audio.",
    "no-such-track":
      "La vidéo n’a pas de piste audio portant le numéro choisi, ou cette piste est vide. Choisissez un autre numéro, ou aucun pour la piste que lisent les lecteurs.",
    "not-a-pair":
      "Les pistes choisies pour la gauche et la droite ne peuvent pas être réunies\u00a0: toutes deux doivent être mono et avoir la même fréquence d’échantillonnage. Choisissez d’autres pistes ou une seule.",
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
    "source-deleted":
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
    "partial-download":
      "Le fichier est un téléchargement inachevé. Terminez-le dans le programme avec lequel vous téléchargez et envoyez la vidéo obtenue.",
    "meeting-recording":
      "Le fichier est un enregistrement au format propre à un programme de réunion ou de capture d’écran, que seul ce programme peut lire. Ouvrez-le avec celui-ci, exportez-le en MP4 et envoyez ce fichier.",
    "chat-backup":
      "Le fichier est une sauvegarde chiffrée de discussions, pas un enregistrement. Enregistrez la vidéo ou le message vocal depuis la discussion et envoyez-le.",
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
};
