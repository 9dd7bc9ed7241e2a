import type { Format } from "../../../../contract/texts/format.ts";
import type { Files } from "../text.ts";

export const createFiles = ({ plural, number }: Format<"fr">): Files => ({
  again: {
    more: "Plus",
    withOtherOptions: "Convertir à nouveau avec d’autres options",
    minutes: "Minutes par partie",
    splitAtAll: "Découper",
    split: (count) =>
      plural(count, {
        one: "Découper en #\u00a0MP3",
        many: "Découper en #\u00a0de MP3",
        other: "Découper en #\u00a0MP3",
      }),
    splitByChapters: (count) =>
      plural(count, {
        one: "Découper selon son #\u00a0chapitre",
        many: "Découper selon ses #\u00a0de chapitres",
        other: "Découper selon ses #\u00a0chapitres",
      }),
    nothingToSplit: "Choisissez une durée plus courte que l’enregistrement.",
  },

  adding: {
    title: "Convertir des vidéos en MP3",
    drop: "Déposez ici des vidéos ou des dossiers",
    dropHint: "Tout fichier vidéo ou audio, autant que vous voulez\u202f; le collage marche aussi",
    plainHttp:
      "Cette page est arrivée en HTTP simple\u00a0: le navigateur ne peut pas extraire le son d’une vidéo, et les vidéos sont envoyées entières. Pour envoyer moins, ouvrez la page en HTTPS ou sur localhost.",
    chooseFiles: "Choisir des fichiers",
    letGo: "Relâchez pour les ajouter",
    letGoThenSignIn: "Relâchez, puis connectez-vous pour les convertir",
    added: (name) => `${name} est ajouté.`,
    addedMany: (count) =>
      plural(count, {
        one: "#\u00a0fichier est ajouté.",
        many: "#\u00a0de fichiers sont ajoutés.",
        other: "#\u00a0fichiers sont ajoutés.",
      }),
    goesOn: (name) => `${name} reprend là où il s’était arrêté.`,
    notAdded: (count) =>
      plural(count, {
        one: "Non ajouté\u00a0:",
        many: "#\u00a0de fichiers n’ont pas été ajoutés\u00a0:",
        other: "#\u00a0fichiers n’ont pas été ajoutés\u00a0:",
      }),
    andMore: (count) =>
      plural(count, { one: "Et # autre.", many: "Et # d’autres.", other: "Et # autres." }),
    ok: "OK",
    isEmpty: (name) => `${name} est vide.`,
    isKnown: (name) => `${name} est déjà dans la liste.`,
    isUnreadable: (name) => `${name} ne peut pas être lu.`,
    othersInFolder: (count) =>
      plural(count, {
        one: "#\u00a0fichier du dossier n’est ni une vidéo ni du son.",
        many: "#\u00a0de fichiers du dossier ne sont ni des vidéos ni du son.",
        other: "#\u00a0fichiers du dossier ne sont ni des vidéos ni du son.",
      }),
    emptyFolder: "Le dossier ne contient aucun fichier.",
  },

  options: {
    of: (name) => `Options de ${name}`,
    heading: "Options\u00a0:",
    quality: "Qualité",
    qualities: {
      v0: "Excellente (V0, variable)",
      v2: "Très bonne (V2, variable)",
      speech: "Parole (mono, variable)",
      "320": "320\u00a0kbit/s",
      "192": "192\u00a0kbit/s",
      "128": "Réduite (128\u00a0kbit/s)",
      "96": "Très réduite (96\u00a0kbit/s)",
    },
    speech: "Parole",
    mixedQualities: "Qualités différentes",
    startAt: "Début à",
    stopAt: "Fin à",
    end: "fin",
    loudness: "Volume podcast",
    loudnessHint: "Ramène le volume à environ −16\u00a0LUFS. Prend un peu plus de temps.",
    lufs: (level) => `${number(level).replace("-", "−")}\u00a0LUFS`,
    trimSilence: "Couper les silences",
    trimSilenceHint: "Enlève le silence au début et à la fin.",
    noSilence: "sans silences",
    audioTrack: "Piste audio",
    asPlayed: "Celle que lisent les lecteurs",
    track: (place) => `Piste ${number(place)}`,
    pair: (left, right) => `Pistes ${number(left)} et ${number(right)} comme gauche et droite`,
    channels: (count) =>
      count === 2
        ? "stéréo"
        : plural(count, {
            one: "monophonique",
            many: "#\u00a0de canaux",
            other: "#\u00a0canaux",
          }),
    allTracks: (count) =>
      plural(count, {
        one: "Toutes (#), un MP3 pour chacune",
        many: "Toutes (#), un MP3 pour chacune",
        other: "Toutes (#), un MP3 pour chacune",
      }),
    pairHint:
      "Si le fichier nomme gauche et droite deux pistes mono, le MP3 contient les deux, en stéréo, sauf si vous en choisissez une.",
    sendWhole: "Envoyer la vidéo entière",
    sendsAll: (whole) => `Envoie tout, soit ${whole}.`,
    sendsAudio: (audio, whole) => `Envoie ${audio} de son au lieu de ${whole}.`,
    remove: "Retirer",
    timeExample: "Écrivez les temps en minutes et secondes, par exemple 1:30.",
    endBeforeStart: "La fin doit venir après le début.",
  },

  tags: {
    title: "Titre, artiste, pochette, nom du fichier",
    fields: { title: "Titre", artist: "Artiste", album: "Album", fileName: "Nom du fichier" },
    asInVideo: "comme dans la vidéo",
    cover: "Pochette",
    coverHint: "Une image peut aussi être déposée ou collée ici.",
    chosenCover: "Pochette choisie",
    choosePicture: "Choisir une image",
    unreadablePicture: "Cette image ne peut pas être lue.",
    frameTime: "Moment de l’image",
    useFrame: "Utiliser cette image",
    removeCover: "Retirer la pochette",
    frameTimeExample: "Écrivez le temps en minutes et secondes, par exemple 1:30.",
    noFrame: "Ce navigateur ne peut pas montrer d’image de cette vidéo.",
  },

  waveform: {
    drawing: "Dessin du son…",
    notDrawn:
      "Ce navigateur ne peut pas dessiner le son de ce fichier. Les temps fonctionnent quand même.",
    start: "Début",
    end: "Fin",
    play: "Écouter la sélection",
    stop: "Arrêter",
    selected: (time) => `${time} sélectionné`,
    notPlayed: "Ce navigateur ne peut pas lire le son de ce fichier.",
  },

  batch: {
    title: "Tous les fichiers",
    ofMp3: (size) => `environ ${size} de MP3`,
    reading: "lecture des bandes-son",
    sends: (size) => `envoie ${size}`,
    more: "Plus",
    sendWhole: "Envoyer les vidéos entières",
    convert: (count) =>
      plural(count, {
        one: "Convertir en MP3",
        many: "Convertir #\u00a0de fichiers en MP3",
        other: "Convertir #\u00a0fichiers en MP3",
      }),
    badTime: (name) => `Un temps indiqué pour ${name} n’est pas utilisable.`,
  },

  list: {
    title: "Vos fichiers",
    downloadAll: (count) =>
      plural(count, {
        one: "Télécharger # en ZIP",
        many: "Tout télécharger (#) en ZIP",
        other: "Tout télécharger (#) en ZIP",
      }),
    clear: "Masquer les terminés",
    notifyMe: "M’avertir quand c’est prêt",
    showFewer: "Afficher moins",
    showAll: (count) =>
      plural(count, {
        one: "Afficher #\u00a0fichier",
        many: "Afficher les #\u00a0de fichiers",
        other: "Afficher les #\u00a0fichiers",
      }),
    notDeletedThere: (name) =>
      `${name} n’a pas pu être supprimé du service. Il est dans la liste ci-dessous.`,
    cancel: "Annuler",
    sendNext: "Envoyer ensuite",
    hide: "Masquer",
    changeOptions: "Changer les options",
    convertIncomplete: "Convertir ce qu’il y a",
    shrunk: (video, mp3) => `${video} → ${mp3} en MP3`,
    overall: (done, count) => `${number(done)} sur ${number(count)} terminés`,
    paused: "en pause",
    sendingTimeLeft: (timeLeft) => `envoi\u00a0: ${timeLeft}`,
    goOn: "Reprendre",
    pause: "Suspendre l’envoi",
    pauseOne: "Suspendre",
    resumeOne: "Reprendre",
  },

  moving: {
    move: "Déplacer",
    hint: "Faites glisser ou utilisez les touches fléchées",
    up: "Vers le haut",
    down: "Vers le bas",
    done: (name, place) => `${name} est maintenant numéro ${number(place)}.`,
  },

  row: {
    play: "Écouter",
    close: "Fermer",
    download: "Télécharger",
    delete: "Supprimer",
    deleteForGood: "Supprimer pour de bon",
    keep: "Garder",
    on: (action, name) => `${action} ${name}`,
    notPlayed: "Le MP3 ne peut pas être lu ici. Téléchargez-le plutôt.",
  },

  zip: {
    saving: "Enregistrement…",
    fileName: (count) =>
      plural(count, {
        one: "Tapedeck # MP3.zip",
        many: "Tapedeck # MP3.zip",
        other: "Tapedeck # MP3.zip",
      }),
    notDownloaded: (name) => `${name} n’a pas pu être téléchargé.`,
  },

  history: {
    title: "Conversions précédentes",
    search: "Rechercher",
    searchLabel: "Rechercher dans les conversions précédentes",
    filterLabel: "Afficher",
    filters: { all: "Toutes", completed: "MP3", failed: "Échouées" },
    select: "Sélectionner",
    selectAll: "Tout sélectionner",
    selectNone: "Ne rien sélectionner",
    selected: (count) =>
      plural(count, { one: "# sélectionné", many: "# sélectionnés", other: "# sélectionnés" }),
    downloadSelected: (count) =>
      plural(count, {
        one: "Télécharger # en ZIP",
        many: "Télécharger # en ZIP",
        other: "Télécharger # en ZIP",
      }),
    noMatch: (words) => `Aucun nom ne contient «\u00a0${words}\u00a0».`,
    noneOfKind: "Aucune conversion ne correspond à ce choix.",
    loading: "Chargement des conversions précédentes…",
    notLoaded: "Les conversions précédentes n’ont pas pu être chargées.",
    showMore: "Afficher plus",
    notDeleted: (name) => `${name} n’a pas été supprimé.`,
    neverArrived:
      "Le fichier n’est jamais arrivé en entier. Choisissez-le ci-dessus pour l’envoyer à nouveau.",
  },
});
