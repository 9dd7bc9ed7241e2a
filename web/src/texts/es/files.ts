import type { Format } from "../../../../contract/texts/format.ts";
import type { Files } from "../text.ts";

export const createFiles = ({ plural, number }: Format<"es">): Files => ({
  again: {
    more: "Más",
    withOtherOptions: "Convertir de nuevo con otras opciones",
    minutes: "Minutos por parte",
    splitAtAll: "Dividir",
    split: (count) =>
      plural(count, {
        one: "Dividir en # MP3",
        many: "Dividir en # de MP3",
        other: "Dividir en # MP3",
      }),
    splitByChapters: (count) =>
      plural(count, {
        one: "Dividir en su # capítulo",
        many: "Dividir en sus # de capítulos",
        other: "Dividir en sus # capítulos",
      }),
    nothingToSplit: "Elija un tiempo más corto que la grabación.",
  },

  adding: {
    title: "Convertir vídeos a MP3",
    drop: "Suelte aquí vídeos o carpetas",
    dropHint: "Cualquier archivo de vídeo o audio, todos los que quiera; también puede pegarlos",
    plainHttp:
      "Esta página se ha cargado por HTTP sin cifrar, así que el navegador no puede extraer el audio de un vídeo y se envían vídeos enteros. Para enviar menos, abra la página con HTTPS o en localhost.",
    chooseFiles: "Elegir archivos",
    letGo: "Suelte para añadirlos",
    letGoThenSignIn: "Suelte y luego inicie sesión para convertirlos",
    added: (name) => `Se ha añadido ${name}.`,
    addedMany: (count) =>
      plural(count, {
        one: "Se ha añadido # archivo.",
        many: "Se han añadido # de archivos.",
        other: "Se han añadido # archivos.",
      }),
    goesOn: (name) => `${name} continúa donde se detuvo.`,
    notAdded: (count) =>
      plural(count, {
        one: "No se ha añadido:",
        many: "No se han añadido # de archivos:",
        other: "No se han añadido # archivos:",
      }),
    andMore: (count) => plural(count, { one: "Y # más.", many: "Y # más.", other: "Y # más." }),
    ok: "Aceptar",
    isEmpty: (name) => `${name} está vacío.`,
    isKnown: (name) => `${name} ya está en la lista.`,
    isUnreadable: (name) => `No se puede leer ${name}.`,
    othersInFolder: (count) =>
      plural(count, {
        one: "# archivo de la carpeta no es vídeo ni audio.",
        many: "# de archivos de la carpeta no son vídeo ni audio.",
        other: "# archivos de la carpeta no son vídeo ni audio.",
      }),
    emptyFolder: "No hay ningún archivo en la carpeta.",
  },

  options: {
    of: (name) => `Opciones de ${name}`,
    heading: "Opciones:",
    quality: "Calidad",
    qualities: {
      v0: "Excelente (V0, variable)",
      v2: "Muy buena (V2, variable)",
      speech: "Voz (mono, variable)",
      "320": "320 kbit/s",
      "192": "192 kbit/s",
      "128": "Reducida (128 kbit/s)",
      "96": "Muy reducida (96 kbit/s)",
    },
    speech: "Voz",
    mixedQualities: "Varias calidades",
    startAt: "Empezar en",
    stopAt: "Terminar en",
    end: "final",
    loudness: "Volumen de pódcast",
    loudnessHint: "Sube o baja el volumen hasta unos −16 LUFS. Tarda un poco más.",
    lufs: (level) => `${number(level).replace("-", "−")} LUFS`,
    trimSilence: "Recortar silencios",
    trimSilenceHint: "Quita el silencio del principio y del final.",
    noSilence: "sin silencios",
    audioTrack: "Pista de audio",
    asPlayed: "La que usan los reproductores",
    track: (place) => `Pista ${number(place)}`,
    pair: (left, right) => `Pistas ${number(left)} y ${number(right)} como izquierda y derecha`,
    channels: (count) =>
      count === 2
        ? "estéreo"
        : plural(count, { one: "monofónica", many: "# de canales", other: "# canales" }),
    allTracks: (count) =>
      plural(count, {
        one: "Todas (#), un MP3 por pista",
        many: "Todas (#), un MP3 por pista",
        other: "Todas (#), un MP3 por pista",
      }),
    pairHint:
      "Si el archivo llama izquierda y derecha a dos pistas mono, el MP3 tiene ambas, en estéreo, a menos que elija una.",
    sendWhole: "Enviar el vídeo entero",
    sendsAll: (whole) => `Envía todo: ${whole}.`,
    sendsAudio: (audio, whole) => `Envía ${audio} de audio en lugar de ${whole}.`,
    remove: "Quitar",
    timeExample: "Escriba los tiempos en minutos y segundos, por ejemplo 1:30.",
    endBeforeStart: "El final debe ir después del comienzo.",
  },

  tags: {
    title: "Título, artista, portada, nombre del archivo",
    fields: {
      title: "Título",
      artist: "Artista",
      album: "Álbum",
      fileName: "Nombre del archivo",
    },
    asInVideo: "como en el vídeo",
    cover: "Portada",
    coverHint: "También puede soltar o pegar aquí una imagen.",
    chosenCover: "Portada elegida",
    choosePicture: "Elegir una imagen",
    unreadablePicture: "No se puede leer esta imagen.",
    frameTime: "Momento del fotograma",
    useFrame: "Usar este fotograma",
    removeCover: "Quitar la portada",
    frameTimeExample: "Escriba el tiempo en minutos y segundos, por ejemplo 1:30.",
    noFrame: "Este navegador no puede mostrar un fotograma de este vídeo.",
  },

  waveform: {
    drawing: "Dibujando el audio…",
    notDrawn:
      "Este navegador no puede dibujar el audio de este archivo. Los tiempos funcionan de todos modos.",
    start: "Comienzo",
    end: "Final",
    play: "Reproducir la selección",
    stop: "Detener",
    selected: (time) => `${time} en la selección`,
    notPlayed: "Este navegador no puede reproducir el audio de este archivo.",
  },

  batch: {
    title: "Todos los archivos",
    ofMp3: (size) => `aprox. ${size} de MP3`,
    reading: "leyendo las pistas de audio",
    sends: (size) => `envía ${size}`,
    more: "Más",
    sendWhole: "Enviar los vídeos enteros",
    convert: (count) =>
      plural(count, {
        one: "Convertir a MP3",
        many: "Convertir # de archivos a MP3",
        other: "Convertir # archivos a MP3",
      }),
    badTime: (name) => `${name} tiene un tiempo que no se puede usar.`,
  },

  list: {
    title: "Sus archivos",
    downloadAll: (count) =>
      plural(count, {
        one: "Descargar # en ZIP",
        many: "Descargar todos (#) en ZIP",
        other: "Descargar todos (#) en ZIP",
      }),
    clear: "Ocultar los terminados",
    notifyMe: "Avisarme cuando estén listos",
    showFewer: "Mostrar menos",
    showAll: (count) =>
      plural(count, {
        one: "Mostrar # archivo",
        many: "Mostrar los # de archivos",
        other: "Mostrar los # archivos",
      }),
    notDeletedThere: (name) =>
      `No se ha podido eliminar ${name} del servicio. Está en la lista de abajo.`,
    cancel: "Cancelar",
    sendNext: "Enviar a continuación",
    hide: "Ocultar",
    changeOptions: "Cambiar las opciones",
    convertIncomplete: "Convertir lo que hay",
    shrunk: (video, mp3) => `${video} → ${mp3} de MP3`,
    overall: (done, count) => `${number(done)} de ${number(count)} listos`,
    paused: "en pausa",
    sendingTimeLeft: (timeLeft) => `envío: ${timeLeft}`,
    goOn: "Continuar",
    pause: "Pausar el envío",
    pauseOne: "Pausar",
    resumeOne: "Continuar",
  },

  moving: {
    move: "Mover",
    hint: "Arrastre o use las teclas de flecha",
    up: "Subir",
    down: "Bajar",
    done: (name, place) => `${name} es ahora el número ${number(place)}.`,
  },

  row: {
    play: "Reproducir",
    close: "Cerrar",
    download: "Descargar",
    delete: "Eliminar",
    deleteForGood: "Eliminar definitivamente",
    keep: "Conservar",
    on: (action, name) => `${action} ${name}`,
    notPlayed: "El MP3 no se puede reproducir aquí. Descárguelo.",
  },

  zip: {
    saving: "Guardando…",
    fileName: (count) =>
      plural(count, {
        one: "Tapedeck # MP3.zip",
        many: "Tapedeck # MP3.zip",
        other: "Tapedeck # MP3.zip",
      }),
    notDownloaded: (name) => `No se ha podido descargar ${name}.`,
  },

  history: {
    title: "Anteriores",
    search: "Buscar",
    searchLabel: "Buscar en las conversiones anteriores",
    filterLabel: "Mostrar",
    filters: { all: "Todas", completed: "MP3", failed: "Fallidas" },
    select: "Seleccionar",
    selectAll: "Seleccionar todo",
    selectNone: "No seleccionar nada",
    selected: (count) =>
      plural(count, { one: "# seleccionado", many: "# seleccionados", other: "# seleccionados" }),
    downloadSelected: (count) =>
      plural(count, {
        one: "Descargar # en ZIP",
        many: "Descargar # en ZIP",
        other: "Descargar # en ZIP",
      }),
    noMatch: (words) => `Ningún nombre contiene «${words}».`,
    noneOfKind: "Ninguna conversión coincide con esta selección.",
    loading: "Cargando las conversiones anteriores…",
    notLoaded: "No se han podido cargar las conversiones anteriores.",
    showMore: "Mostrar más",
    notDeleted: (name) => `No se ha eliminado ${name}.`,
    neverArrived: "El archivo no llegó entero. Elíjalo arriba para enviarlo de nuevo.",
  },
});
