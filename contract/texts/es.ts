import type { Outcomes } from "./outcomes.ts";

export const outcomes: Outcomes = {
  about: (amount) => `aprox. ${amount}`,

  failures: {
    "no-audio-track": "El vídeo no tiene audio. Elija un archivo que tenga una pista de audio.",
    "no-such-track":
      "El vídeo no tiene ninguna pista de audio con el número elegido, o esa pista está vacía. Elija otro número, o ninguno para usar la que reproducen los reproductores.",
    "not-a-pair":
      "Las pistas elegidas como izquierda y derecha no se pueden unir: ambas deben ser mono y tener la misma frecuencia de muestreo. Elija otras pistas o solo una.",
    "not-media":
      "No es un archivo de vídeo o audio que Tapedeck pueda leer. Compruebe que se reproduce en su dispositivo y súbalo de nuevo.",
    truncated:
      "El archivo está incompleto: le falta el final o está dañado. Expórtelo o cópielo de nuevo y suba el archivo entero.",
    damaged:
      "El archivo está dañado: su audio no se puede leer hasta el final. Compruebe que se reproduce en su dispositivo. Si es así, guárdelo en otro formato, como MP4 o WAV, y suba ese.",
    "unsupported-codec":
      "El audio está en un formato que no se puede leer. Exporte el vídeo con audio AAC, MP3, Opus o PCM y súbalo de nuevo.",
    "too-large":
      "El archivo es mayor de lo anunciado o de lo permitido. Súbalo de nuevo como una conversión nueva.",
    "too-long":
      "La grabación es demasiado larga para convertirla de una vez. Elija un comienzo y un final, o divídala, y súbala de nuevo.",
    encrypted:
      "El archivo está protegido contra copia y no se puede leer. Use una copia sin protección.",
    "empty-selection":
      "El comienzo elegido está después del final de la grabación. Elija un comienzo anterior y vuelva a intentarlo.",
    "source-deleted":
      "El vídeo se eliminó antes de que pudiera convertirse de nuevo. Súbalo otra vez.",
    internal:
      "Ha habido un problema por nuestra parte y la conversión ha fallado varias veces. Suba el archivo de nuevo o pida a la persona que administra este servicio que la repita.",
  },

  fileKinds: {
    segment:
      "El archivo es un solo segmento de una transmisión y no se puede convertir por sí solo. Descargue el vídeo entero y súbalo.",
    photo: "El archivo es una foto y no tiene audio. Elija un archivo de vídeo o audio.",
    document: "El archivo es un documento y no tiene audio. Elija un archivo de vídeo o audio.",
    archive: "El archivo es un archivo comprimido. Descomprímalo y suba el vídeo que contiene.",
    "web-page":
      "El archivo es una página web, no el vídeo que hay en ella. Descargue el propio vídeo y súbalo.",
    playlist:
      "El archivo es una lista de reproducción, que solo nombra grabaciones. Suba las propias grabaciones.",
    midi: "El archivo es MIDI, que tiene notas y no audio. Expórtelo como WAV y súbalo.",
    "disc-image":
      "El archivo es una imagen de disco. Ábrala y suba los archivos de vídeo que contiene.",
    "pictures-only":
      "El archivo solo tiene las imágenes de un vídeo. Elija el archivo que también tiene el audio.",
    subtitles: "El archivo tiene subtítulos y no audio. Elija el vídeo al que pertenecen.",
    score:
      "El archivo es un módulo de tracker o música de chip, que tiene notas y no una grabación. Expórtelo como WAV con un reproductor adecuado y súbalo.",
    project:
      "El archivo es un proyecto de un programa de edición, que solo nombra grabaciones. Expórtelo como vídeo o como WAV y súbalo.",
    torrent:
      "El archivo es un torrent, que solo dice de dónde descargar un vídeo. Descargue el vídeo y súbalo.",
    shortcut: "El archivo es un acceso directo, que solo lleva a otro. Suba el propio vídeo.",
    placeholder:
      "El archivo representa un vídeo que todavía está en la nube o en Git LFS. Descargue el vídeo a su dispositivo y súbalo.",
    "resource-fork":
      "El archivo tiene lo que macOS anota sobre un vídeo (su nombre empieza por ._), no el vídeo. Elija el archivo del mismo nombre sin ._ al principio.",
    "encrypted-file": "El archivo está cifrado. Descífrelo y suba el vídeo.",
    program: "El archivo es un programa y no tiene audio. Elija un archivo de vídeo o audio.",
    "unread-audio":
      "No hay ningún decodificador libre para el formato de audio del archivo. Expórtelo como WAV o FLAC y súbalo.",
    "partial-download":
      "El archivo es una descarga sin terminar. Termínela en el programa con el que descarga y suba el vídeo resultante.",
    "meeting-recording":
      "El archivo es una grabación en el formato propio de un programa de reuniones o de captura de pantalla, que solo ese programa puede leer. Ábralo allí, expórtelo como MP4 y súbalo.",
    "chat-backup":
      "El archivo es una copia de seguridad cifrada de chats, no una grabación. Guarde el vídeo o el mensaje de voz desde el chat y súbalo.",
    text: "El archivo es texto, no una grabación. Si lo ha descargado, ábralo: puede que diga por qué el vídeo no está en él.",
    blank:
      "El archivo empieza con bytes vacíos en lugar de una grabación. Ha fallado su descarga o su copia: descárguelo o cópielo de nuevo y súbalo.",
  },

  notes: {
    "another-track":
      "La primera pista de audio está vacía o no se puede leer, así que el MP3 contiene la siguiente pista legible.",
    "stereo-pair":
      "Los canales izquierdo y derecho eran pistas separadas. El MP3 tiene ambos, en estéreo.",
    "down-mixed": "El audio tiene más canales de los que admite un MP3. Se han mezclado todos.",
    "unread-parts":
      "Hay partes dañadas de la grabación que no se pudieron leer. Ahí el MP3 puede saltar o crujir.",
    "turned-down":
      "El audio era más fuerte de lo que admite un MP3, así que se ha bajado en lugar de distorsionarlo.",
    "read-by-name":
      "Nada en el archivo dice qué es, así que se ha leído según la extensión de su nombre. Si el MP3 es solo ruido, dé al archivo la extensión correcta o conviértalo a WAV.",
    "no-cover":
      "La imagen de la grabación no se puede leer, así que el MP3 no tiene portada. Póngale una en JPEG o PNG.",
  },

  emailFailures: {
    withMp3: "No hemos podido enviarle un correo, pero su MP3 está listo.",
    withoutMp3: "No hemos podido enviarle un correo sobre esto.",
  },

  incomplete: {
    "ends-early": (missing) =>
      `La grabación termina antes de tiempo: falta el final del archivo${missing}. El MP3 tiene todo lo anterior.`,
    gaps: (missing) =>
      `La grabación tiene huecos: faltan partes${missing}. El MP3 tiene todo lo demás.`,
  },
  missing: (amount) => ` (${amount})`,
};
