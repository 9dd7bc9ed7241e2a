import type { PageTexts } from "./text.ts";

export const pageTexts: PageTexts = {
  openTapedeck: "Abrir Tapedeck",
  linkFails: "Este enlace no funciona",
  refusals: {
    "expired-link": "Este enlace ha caducado. Inicie sesión en Tapedeck para obtener sus MP3.",
    "invalid-link":
      "Este enlace no es válido o ya no lo es. Copie el enlace entero del correo o inicie sesión en Tapedeck.",
    expired:
      "El plazo de conservación de este MP3 ha terminado y se ha eliminado. Vuelva a subir el vídeo.",
    "job-not-found": "El MP3 al que lleva este enlace se ha eliminado.",
    "not-ready": "El MP3 aún no está listo. Inténtelo dentro de unos segundos o espere el correo.",
  },
  otherRefusal: "Inicie sesión en Tapedeck para ver sus vídeos y sus MP3.",
  outage: {
    heading: "Tapedeck no puede responder en este momento",
    text: "Inténtelo dentro de unos minutos.",
  },
  stopEmails: {
    heading: "¿No recibir más correos?",
    text: "No recibirá más correos sobre sus vídeos. Sus MP3 siguen en la página.",
    button: "No recibir más correos",
  },
  emailsStopped: {
    heading: "No recibirá más correos",
    text: "Sus MP3 siguen en la página, donde puede volver a activar los correos.",
  },
};
