import type { Format } from "../../../../contract/texts/format.ts";
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

  wholeFile: {
    failed: "El navegador no puede extraer el audio, así que se envía el vídeo entero.",
    "no-sound":
      "El navegador no ha encontrado ninguna pista de audio, así que el vídeo entero se envía y se comprueba de nuevo.",
    "not-readable": "El navegador no puede leer este formato, así que se envía el archivo entero.",
    "not-exact":
      "El audio de este archivo está recortado al principio o al final, así que se envía el archivo entero para que siga siendo exacto.",
  },
});
