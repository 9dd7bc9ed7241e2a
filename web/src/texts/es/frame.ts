import type { Format } from "../../../../contract/texts/format.ts";
import type { Frame } from "../text.ts";

export const createFrame = ({ plural }: Format<"es">): Frame => ({
  loading: "Cargando…",
  tryAgain: "Reintentar",
  unnamedVideo: "Vídeo",
  kilobits: (rate) => `${rate} kbit/s`,
  keptUntil: (day) => `se conserva hasta el ${day}`,
  files: (count) => plural(count, { one: "# archivo", many: "# de archivos", other: "# archivos" }),

  timeLeft: {
    someSeconds: "quedan unos segundos",
    seconds: (count) =>
      plural(count, {
        one: "queda # segundo",
        many: "quedan unos # de segundos",
        other: "quedan unos # segundos",
      }),
    minutes: (count) =>
      plural(count, {
        one: "queda un minuto, más o menos",
        many: "quedan unos # de minutos",
        other: "quedan unos # minutos",
      }),
    hours: (count) =>
      plural(count, {
        one: "queda una hora, más o menos",
        many: "quedan unas # de horas",
        other: "quedan unas # horas",
      }),
  },

  account: {
    signOut: "Cerrar sesión",
    signOutAndForget: "Cerrar sesión y descartar",
    stay: "Seguir aquí",
    unsent: (count) =>
      plural(count, {
        one: "# archivo aún no se ha enviado y se descartará.",
        many: "# de archivos aún no se han enviado y se descartarán.",
        other: "# archivos aún no se han enviado y se descartarán.",
      }),
  },

  signIn: {
    title: "Iniciar sesión",
    titleAgain: "Iniciar sesión de nuevo",
    email: "Correo electrónico",
    password: "Contraseña",
    busy: "Iniciando sesión…",
    sessionEnded: "Su sesión ha caducado.",
    nothingLost: "No se ha perdido nada: su lista vuelve tal como estaba.",
    uploadsGoOn: (count) =>
      plural(count, {
        one: "No se ha perdido nada: un envío continúa en cuanto vuelva.",
        many: "No se ha perdido nada: # de envíos continúan en cuanto vuelva.",
        other: "No se ha perdido nada: # envíos continúan en cuanto vuelva.",
      }),
    filesWait: (count) =>
      plural(count, {
        one: "# archivo se añadirá en cuanto inicie sesión.",
        many: "# de archivos se añadirán en cuanto inicie sesión.",
        other: "# archivos se añadirán en cuanto inicie sesión.",
      }),
  },

  introduction: {
    title: "Suelte un vídeo y obtenga el MP3",
    points: [
      {
        claim: "Acepta cualquier archivo de vídeo o audio,",
        rest: "uno o cien a la vez. Cuando es posible, el navegador extrae el audio y solo envía eso.",
      },
      {
        claim: "Nada se pierde por el camino.",
        rest: "Los envíos continúan después de recargar la página o de un corte de conexión. Cuando terminan, puede cerrar la página.",
      },
      {
        claim: "Nada se guarda para siempre.",
        rest: "Cada MP3 muestra el día en que se elimina, y puede eliminarlo antes.",
      },
      {
        claim: "¿Aún no tiene cuenta?",
        rest: "Pídala a la persona que administra esta página.",
      },
    ],
  },

  footer: {
    theme: "Tema",
    themes: { system: "Como el sistema", light: "Claro", dark: "Oscuro" },
    language: "Idioma",
    browserLanguage: "Como el navegador",
  },

  emails: {
    title: "Qué correos recibir",
    choices: {
      each: "Uno por cada vídeo",
      digest: "Uno para los vídeos que terminan casi a la vez",
      failures: "Solo cuando un vídeo no se ha podido convertir",
      none: "Ninguno",
    },
    saved: "Guardado",
    savedAs: (choice) => `Guardado. Correos: ${choice}.`,
    notLoaded: "No se ha podido cargar su elección.",
    notSaved: "No se ha guardado su elección.",
  },

  feed: {
    title: "Canal de pódcast",
    none: "Con un canal privado, sus MP3 son episodios en su aplicación de pódcast.",
    since: (day) =>
      `Tiene un canal desde el ${day}. Su dirección se mostró al crearlo y no se puede volver a mostrar.`,
    create: "Crear un canal",
    replace: "Crear una dirección nueva",
    revoke: "Cerrar el canal",
    replaceForGood: "Crear la nueva",
    revokeForGood: "Cerrar definitivamente",
    keep: "Conservar el canal",
    oldAddress:
      "Las aplicaciones de pódcast que tienen la dirección actual dejarán de recibir sus MP3.",
    created: "El canal está listo.",
    revoked: "El canal se ha cerrado.",
    addressHint:
      "Añada esta dirección en su aplicación de pódcast o apunte la cámara del teléfono al código. Solo se muestra ahora. Quien la tenga puede escuchar sus MP3.",
    address: "Dirección del canal",
    copy: "Copiar",
    copied: "Copiado",
    code: "La dirección como código QR",
    notLoaded: "No se ha podido consultar su canal.",
    notCreated: "No se ha creado el canal.",
    notRevoked: "No se ha cerrado el canal.",
  },
});
