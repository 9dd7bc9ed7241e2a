import type { Format } from "../../../contract/texts/format.ts";
import type { MailTexts } from "./text.ts";

export const createMailTexts = ({ plural }: Format<"es">): MailTexts => ({
  ready: {
    subject: (title) => `Su MP3 está listo: ${title}`,
    heading: "Su MP3 está listo",
  },
  failed: {
    subject: (video) => `No se ha podido convertir su vídeo: ${video}`,
    heading: "No se ha podido convertir su vídeo",
    help: (jobId) =>
      `Si vuelve a fallar, envíe a la persona que administra este servicio el número de la conversión, ${jobId}. Con él podrá averiguar la causa.`,
  },
  digest: {
    ready: (count) =>
      plural(count, { one: "# MP3 listo", many: "# de MP3 listos", other: "# MP3 listos" }),
    failed: (count) =>
      plural(count, {
        one: "# vídeo no se ha podido convertir",
        many: "# de vídeos no se han podido convertir",
        other: "# vídeos no se han podido convertir",
      }),
    both: (ready, failed) => `${ready}, ${failed}`,
    whenReady: "Inicie sesión para reproducir y descargar los MP3.",
    whenNone: "Inicie sesión para elegir otras opciones u otros archivos.",
  },
  labels: {
    title: "Título",
    video: "Vídeo",
    facts: "Duración y tamaño",
    note: "Tenga en cuenta",
  },
  line: (label, value) => `${label}: ${value}`,
  actions: {
    download: "Descargar el MP3",
    openTapedeck: "Abrir Tapedeck",
    chooseStartAndEnd: "Elegir un comienzo y un final",
    uploadAgain: "Subirlo de nuevo",
    chooseAnotherFile: "Elegir otro archivo",
  },
  keptWithLink: (day) =>
    `El MP3 se conserva hasta el ${day}. Hasta entonces el enlace funciona sin iniciar sesión, para cualquiera que lo tenga.`,
  linkWorks: (day) =>
    `El enlace funciona hasta el ${day} sin iniciar sesión, para cualquiera que lo tenga.`,
  keptLonger: (day) =>
    `El MP3 se conserva hasta el ${day}: cuando el enlace haya caducado, inicie sesión en Tapedeck para descargarlo.`,
  footer: "Tapedeck convierte vídeos en MP3. Recibe este correo porque ha subido un vídeo.",
  stopEmails: "No recibir más estos correos",
});
