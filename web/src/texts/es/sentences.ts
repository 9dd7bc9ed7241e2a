import type { Format } from "../format.ts";
import type { Sentences } from "../text.ts";

export const createSentences = ({ plural }: Format<"es">): Sentences => ({
  codeMissing: "La página no se ha podido cargar por completo. Recárguela.",

  faults: {
    connectionLost:
      "Se ha perdido la conexión. Compruebe la red y vuelva a intentarlo. Lo que ya se ha subido se conserva.",
    unreachable: "No se puede acceder al servicio. Compruebe la red y vuelva a intentarlo.",
    serviceDown: "El servicio tiene un problema en este momento. Inténtelo dentro de un minuto.",
    refused: "El servicio no lo ha aceptado. Recargue la página y vuelva a intentarlo.",
    storageDown:
      "El almacenamiento tiene un problema en este momento. Inténtelo dentro de un minuto.",
    storageRefused:
      "El almacenamiento ha rechazado el archivo. Vuelva a intentarlo. Si no sirve, avise a la persona que administra este servicio.",
    outOfDate: "Esta página está anticuada. Recárguela para obtener la versión más reciente.",
    unreadable:
      "El archivo ya no se puede leer: se ha movido, modificado o desconectado. Elíjalo de nuevo.",
    unexpected: "Ha ocurrido algo inesperado. Vuelva a intentarlo o recargue la página.",
    tooLarge:
      "Este archivo es mayor de lo que acepta el servicio. Elija uno más pequeño o más corto.",
    jobGone: "Esta conversión ya no existe. Elija el archivo de nuevo para volver a empezar.",
    sourceGone: "El vídeo ya no se conserva. Elija el archivo arriba para enviarlo de nuevo.",
    alreadyUploaded: "Este archivo ya ha llegado. Recargue la página para ver cómo va.",
    tooManyRequests: "Demasiadas solicitudes. Espere un minuto y vuelva a intentarlo.",
    mp3Unreachable: "No se puede acceder al MP3. Compruebe la red y vuelva a intentarlo.",
    mp3Gone: "Este MP3 ya no existe. Convierta el vídeo de nuevo para recuperarlo.",
    mp3Refused: "El almacenamiento no ha entregado el MP3. Inténtelo dentro de un minuto.",
    wrongPassword:
      "El correo o la contraseña no son correctos. Compruebe ambos y vuelva a intentarlo.",
    credentialsMissing: "Escriba su correo electrónico y su contraseña.",
  },

  limits: {
    bytesPerDay: (size) =>
      `Puede subir ${size} al día, y este archivo superaría ese límite. Envíelo mañana (el día empieza a las 0:00 UTC) o pida más a la persona que administra este servicio.`,
    minutesPerDay: (count) =>
      plural(count, {
        one: "Ha usado el minuto de audio de hoy. Envíe este archivo mañana (el día empieza a las 0:00 UTC) o pida más a la persona que administra este servicio.",
        many: "Ha usado los # de minutos de audio de hoy. Envíe este archivo mañana (el día empieza a las 0:00 UTC) o pida más a la persona que administra este servicio.",
        other:
          "Ha usado los # minutos de audio de hoy. Envíe este archivo mañana (el día empieza a las 0:00 UTC) o pida más a la persona que administra este servicio.",
      }),
    openJobs: (count) =>
      plural(count, {
        one: "Tiene # vídeo en espera o en conversión, que es el límite. Espere a que termine o elimínelo.",
        many: "Tiene # de vídeos en espera o en conversión, que es el límite. Espere a que terminen algunos o elimine alguno.",
        other:
          "Tiene # vídeos en espera o en conversión, que es el límite. Espere a que terminen algunos o elimine alguno.",
      }),
    attempts: (minutes) =>
      plural(minutes, {
        one: "Demasiados intentos de iniciar sesión. Inténtelo dentro de un minuto.",
        many: "Demasiados intentos de iniciar sesión. Inténtelo dentro de # de minutos.",
        other: "Demasiados intentos de iniciar sesión. Inténtelo dentro de # minutos.",
      }),
  },

  sending: {
    now: (sent, total) => `Enviando: ${sent} de ${total}`,
    offline: (sent, total) =>
      `No hay conexión. Se han enviado ${sent} de ${total}; el resto seguirá cuando vuelva la red.`,
    retrying: (sent, total) =>
      `Se ha cortado la conexión y se está intentando de nuevo. Se han enviado ${sent} de ${total}.`,
    onlySoundtrack: (audio, whole) =>
      `Solo se envía la pista de audio: ${audio} en lugar de ${whole}.`,
    sourceIsThere: "El vídeo sigue en el servicio, así que no hay que enviar nada.",
    reading: (percent) => `Leyendo la pista de audio, ${percent}`,
    readingShort: (percent) => `leyendo, ${percent}`,
    waiting: "Espera su turno",
    paused: "En pausa. Lo que ha llegado se conserva.",
    elsewhere:
      "Otra pestaña de este navegador está enviando este archivo. Continuará aquí cuando se cierre esa pestaña.",
    draftNeedsFile:
      "La página se ha recargado y necesita este archivo otra vez. Sus opciones se conservan.",
    uploadNeedsFile:
      "Elija este archivo de nuevo para continuar. Lo que ya ha llegado no se envía dos veces.",
    openAgain: "Abrir de nuevo",
    chooseFile: "Elegir el archivo",
    sent: (name) => `${name} se ha enviado y ahora se convertirá.`,
    stopped: (name, reason) => `${name}: ${reason}`,
  },

  converting: {
    soon: "Ha llegado. La conversión empieza enseguida.",
    now: (percent) => `Convirtiendo, ${percent}`,
    ready: (name) => `${name} está listo.`,
    failed: (name, reason) => `No se ha podido convertir ${name}. ${reason}`,
    readyTitle: "Su MP3 está listo",
    failedTitle: "Sin MP3",
    unknownReason: "No se ha podido convertir el archivo.",
    sendsWholeInstead:
      "La pista de audio sola no se ha podido convertir, así que se envía el vídeo entero.",
  },

  failures: {
    "no-audio-track": "El vídeo no tiene audio. Elija un archivo que tenga una pista de audio.",
    "no-such-track":
      "El vídeo no tiene ninguna pista de audio con el número elegido, o esa pista está vacía. Elija otro número, o ninguno para usar la que reproducen los reproductores.",
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
    "source-gone":
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

  wholeFile: {
    failed: "El navegador no puede extraer el audio, así que se envía el vídeo entero.",
    "no-sound":
      "El navegador no ha encontrado ninguna pista de audio, así que el vídeo entero se envía y se comprueba de nuevo.",
    "not-readable": "El navegador no puede leer este formato, así que se envía el archivo entero.",
    "not-exact":
      "El audio de este archivo está recortado al principio o al final, así que se envía el archivo entero para que siga siendo exacto.",
  },
});
