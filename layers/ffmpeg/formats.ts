/**
 * The formats we read: the one list behind the lean build's `configure`, the engine's allow-lists
 * and docs/formats.md. Names are those of ffmpeg's `configure`.
 */

/** A kind of file. */
export interface Container {
  name: string;
  /** The usual file extensions. */
  endings: readonly string[];
  demuxers: readonly string[];
  /** Whether no test has a file of it, because ffmpeg writes none. */
  isUntried?: true;
}

/** Files that may hold pictures. */
export const videoContainers: readonly Container[] = [
  {
    name: "MP4 and QuickTime",
    endings: ["mp4", "m4v", "mov", "3gp", "m4a", "m4b"],
    demuxers: ["mov"],
  },
  { name: "Matroska and WebM", endings: ["mkv", "webm", "mka"], demuxers: ["matroska"] },
  { name: "AVI", endings: ["avi", "divx"], demuxers: ["avi"] },
  { name: "MPEG transport stream", endings: ["ts", "m2ts", "mts"], demuxers: ["mpegts"] },
  { name: "MPEG program stream", endings: ["mpg", "vob", "mod"], demuxers: ["mpegps"] },
  { name: "Flash Video", endings: ["flv", "f4v"], demuxers: ["flv", "live_flv", "kux"] },
  { name: "Windows Media", endings: ["wmv", "asf", "wma"], demuxers: ["asf"] },
  { name: "Material Exchange Format", endings: ["mxf"], demuxers: ["mxf"] },
  { name: "General Exchange Format", endings: ["gxf"], demuxers: ["gxf"] },
  { name: "DV", endings: ["dv", "dif"], demuxers: ["dv"] },
  { name: "RealMedia", endings: ["rm", "rmvb", "ra", "ivr"], demuxers: ["rm", "ivr"] },
  { name: "Flash", endings: ["swf"], demuxers: ["swf"] },
  { name: "Windows Recorded TV", endings: ["wtv"], demuxers: ["wtv"] },
  { name: "NUT", endings: ["nut"], demuxers: ["nut"] },
  { name: "NuppelVideo (MythTV)", endings: ["nuv"], demuxers: ["nuv"], isUntried: true },
  { name: "Nullsoft Streaming Video", endings: ["nsv"], demuxers: ["nsv"], isUntried: true },
  { name: "TiVo", endings: ["ty"], demuxers: ["ty"], isUntried: true },
  { name: "TechnoTrend PVA", endings: ["pva"], demuxers: ["pva"], isUntried: true },
  { name: "Surveillance recorders (Dahua)", endings: ["dav"], demuxers: ["dhav"], isUntried: true },
  { name: "Vivo", endings: ["viv"], demuxers: ["vivo"], isUntried: true },
  { name: "SGI movie", endings: ["mv"], demuxers: ["mv"], isUntried: true },
  { name: "REDCODE", endings: ["r3d"], demuxers: ["r3d"], isUntried: true },
  { name: "Leitch video servers (VR)", endings: ["lxf"], demuxers: ["lxf"], isUntried: true },
];

/** Files that hold only audio. */
export const audioContainers: readonly Container[] = [
  { name: "MP3 and MP2", endings: ["mp3", "mp2", "mp1"], demuxers: ["mp3"] },
  { name: "AAC", endings: ["aac", "loas", "latm"], demuxers: ["aac", "loas"] },
  { name: "WAV", endings: ["wav", "bwf", "rf64", "w64"], demuxers: ["wav", "w64", "spdif"] },
  { name: "Ogg", endings: ["ogg", "oga", "ogv", "opus", "spx"], demuxers: ["ogg"] },
  { name: "FLAC", endings: ["flac"], demuxers: ["flac"] },
  { name: "AIFF", endings: ["aiff", "aif", "aifc"], demuxers: ["aiff"] },
  { name: "Core Audio", endings: ["caf"], demuxers: ["caf"] },
  { name: "AMR", endings: ["amr"], demuxers: ["amr"] },
  { name: "Dolby Digital", endings: ["ac3", "eac3", "ec3"], demuxers: ["ac3", "eac3"] },
  { name: "Dolby TrueHD and MLP", endings: ["thd", "mlp"], demuxers: ["truehd", "mlp"] },
  { name: "DTS", endings: ["dts", "dtshd"], demuxers: ["dts", "dtshd"] },
  { name: "WavPack", endings: ["wv"], demuxers: ["wv"] },
  { name: "Monkey's Audio", endings: ["ape"], demuxers: ["ape"], isUntried: true },
  { name: "True Audio", endings: ["tta"], demuxers: ["tta"] },
  { name: "TAK", endings: ["tak"], demuxers: ["tak"], isUntried: true },
  { name: "Shorten", endings: ["shn"], demuxers: ["shorten"], isUntried: true },
  {
    name: "Bonk, RKAU, OSQ",
    endings: ["bonk", "rka", "osq"],
    demuxers: ["bonk", "rka", "osq"],
    isUntried: true,
  },
  { name: "Quite OK Audio", endings: ["qoa"], demuxers: ["qoa"] },
  { name: "Musepack", endings: ["mpc"], demuxers: ["mpc", "mpc8"], isUntried: true },
  { name: "DSD", endings: ["dsf"], demuxers: ["dsf"] },
  { name: "Wideband Single-bit Data", endings: ["wsd"], demuxers: ["wsd"], isUntried: true },
  { name: "Amiga IFF and DSDIFF", endings: ["8svx", "iff", "dff"], demuxers: ["iff"] },
  { name: "Sun and NeXT audio", endings: ["au", "snd"], demuxers: ["au"] },
  { name: "Creative Voice", endings: ["voc"], demuxers: ["voc"] },
  { name: "GSM", endings: ["gsm"], demuxers: ["gsm"] },
  { name: "iLBC", endings: ["lbc"], demuxers: ["ilbc"] },
  { name: "Qualcomm PureVoice", endings: ["qcp"], demuxers: ["qcp"], isUntried: true },
  { name: "Dictation (Olympus, Philips)", endings: ["dss"], demuxers: ["dss"], isUntried: true },
  {
    name: "Sony OpenMG and MiniDisc",
    endings: ["oma", "aa3", "aea"],
    demuxers: ["oma", "aea"],
    isUntried: true,
  },
  { name: "TwinVQ", endings: ["vqf"], demuxers: ["vqf"], isUntried: true },
  { name: "NIST Sphere", endings: ["sph", "nist"], demuxers: ["nistsphere"] },
  {
    name: "IRCAM, Ensoniq PARIS, PVF, SoX",
    endings: ["sf", "paf", "pvf", "sox"],
    demuxers: ["ircam", "epaf", "pvf", "sox"],
  },
  { name: "Macintosh HCOM", endings: ["hcom"], demuxers: ["hcom"] },
  { name: "MIDI sample dumps and AVR", endings: ["sds", "avr"], demuxers: ["sds", "avr"] },
  { name: "Psion", endings: ["wve"], demuxers: ["wve"] },
  { name: "Yamaha ringtones", endings: ["mmf"], demuxers: ["mmf"] },
  { name: "ACT voice recorders", endings: ["act"], demuxers: ["act"], isUntried: true },
  {
    name: "Marian APAC, WavArc",
    endings: ["apc", "wa"],
    demuxers: ["apac", "wavarc"],
    isUntried: true,
  },
];

/** Audio without any header: telephone systems write it, and only the name of the file says what it is. */
interface UnprobedAudio {
  name: string;
  endings: readonly string[];
  /** By ffmpeg's name for `configure`. */
  demuxer: string;
  /** In Hz, where the demuxer assumes another. */
  sampleRate?: number;
}

export const unprobedAudio: readonly UnprobedAudio[] = [
  { name: "G.722", endings: ["g722", "722"], demuxer: "g722" },
  { name: "G.723.1", endings: ["g723", "g723_1", "tco", "rco"], demuxer: "g723_1" },
  { name: "G.728", endings: ["g728"], demuxer: "g728" },
  { name: "G.729", endings: ["g729"], demuxer: "g729" },
  { name: "A-law", endings: ["alaw", "al", "pcma"], demuxer: "pcm_alaw", sampleRate: 8000 },
  { name: "µ-law", endings: ["ulaw", "ul", "pcmu"], demuxer: "pcm_mulaw", sampleRate: 8000 },
  { name: "Asterisk's 16-bit PCM", endings: ["sln"], demuxer: "sln" },
];

/** Pictures that become an MP3's cover, by their decoders' names. */
export const pictures = [
  { name: "JPEG", decoder: "mjpeg" },
  { name: "PNG", decoder: "png" },
  { name: "WebP", decoder: "webp" },
  { name: "GIF", decoder: "gif" },
  { name: "BMP", decoder: "bmp" },
  { name: "TIFF", decoder: "tiff" },
] as const;

/** A kind of audio inside these files. */
interface Codec {
  name: string;
  decoders: readonly string[];
}

/** For MPEG audio, the floating-point decoders: they keep what 16 bits would round away. */
export const codecs: readonly Codec[] = [
  { name: "AAC: LC, HE, HE v2, xHE, LATM", decoders: ["aac", "aac_latm"] },
  {
    name: "MP3, MP2, MP1",
    decoders: ["mp1float", "mp2float", "mp3float", "mp3adufloat", "mp3on4float"],
  },
  { name: "Opus and Vorbis", decoders: ["opus", "vorbis"] },
  { name: "FLAC and Apple Lossless", decoders: ["alac", "flac"] },
  {
    name: "Dolby Digital, Digital Plus, TrueHD, MLP, E",
    decoders: ["ac3", "dolby_e", "eac3", "mlp", "truehd"],
  },
  { name: "DTS", decoders: ["dca"] },
  {
    name: "Windows Media: 1, 2, Pro, Lossless, Voice",
    decoders: ["wmalossless", "wmapro", "wmav1", "wmav2", "wmavoice"],
  },
  {
    name: "PCM of every bit depth and byte order, A-law, µ-law, SMPTE 302M, DVD, Blu-ray",
    decoders: [
      ...["pcm_alaw", "pcm_bluray", "pcm_dvd", "pcm_f16le", "pcm_f24le", "pcm_f32be", "pcm_f32le"],
      ...[
        "pcm_f64be",
        "pcm_f64le",
        "pcm_lxf",
        "pcm_mulaw",
        "pcm_s16be",
        "pcm_s16be_planar",
        "pcm_s16le",
      ],
      ...["pcm_s16le_planar", "pcm_s24be", "pcm_s24daud", "pcm_s24le", "pcm_s24le_planar"],
      ...["pcm_s32be", "pcm_s32le", "pcm_s32le_planar", "pcm_s64be", "pcm_s64le", "pcm_s8"],
      ...["pcm_s8_planar", "pcm_u16be", "pcm_u16le", "pcm_u24be", "pcm_u24le", "pcm_u32be"],
      ...["pcm_u32le", "pcm_u8", "pcm_vidc", "s302m"],
    ],
  },
  {
    name: "ADPCM: IMA, Microsoft, Yamaha, Creative, Flash, Sanyo, Duck",
    decoders: [
      ...["adpcm_ct", "adpcm_ima_amv", "adpcm_ima_dk3", "adpcm_ima_dk4", "adpcm_ima_oki"],
      ...["adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "adpcm_sanyo", "adpcm_sbpro_2"],
      ...["adpcm_sbpro_3", "adpcm_sbpro_4", "adpcm_swf", "adpcm_yamaha"],
    ],
  },
  {
    name: "Telephony: AMR, G.722, G.723.1, G.726, G.728, G.729, GSM, iLBC, QCELP, EVRC, Siren",
    decoders: [
      ...[
        "adpcm_g722",
        "adpcm_g726",
        "adpcm_g726le",
        "amrnb",
        "amrwb",
        "evrc",
        "g723_1",
        "g728",
        "g729",
      ],
      ...["gsm", "gsm_ms", "ilbc", "msnsiren", "qcelp", "siren"],
    ],
  },
  {
    name: "Speex, Nellymoser, TrueSpeech, DSS SP, RealAudio's ACELP",
    decoders: ["dss_sp", "nellymoser", "sipr", "speex", "truespeech"],
  },
  { name: "RealAudio: Cook, 14.4, 28.8, Lossless", decoders: ["cook", "ra_144", "ra_288", "ralf"] },
  { name: "QDesign, MACE", decoders: ["mace3", "mace6", "qdm2", "qdmc"] },
  {
    name: "ATRAC: 1, 3, 3+, the core of Lossless",
    decoders: ["atrac1", "atrac3", "atrac3al", "atrac3p", "atrac3pal"],
  },
  {
    name: "TwinVQ, Indeo Audio, On2",
    decoders: ["iac", "imc", "on2avc", "twinvq"],
  },
  { name: "Musepack 7 and 8", decoders: ["mpc7", "mpc8"] },
  {
    name: "DSD and DST",
    decoders: ["dsd_lsbf", "dsd_lsbf_planar", "dsd_msbf", "dsd_msbf_planar", "dst"],
  },
  {
    name: "Lossless: WavPack, Monkey's Audio, TTA, TAK, Shorten, MPEG-4 ALS, Bonk, RKAU, OSQ, QOA, APAC, WavArc",
    decoders: [
      "als",
      "apac",
      "ape",
      "bonk",
      "osq",
      "qoa",
      "rka",
      "shorten",
      "tak",
      "tta",
      "wavarc",
      "wavpack",
    ],
  },
  { name: "8SVX, HCOM", decoders: ["eightsvx_exp", "eightsvx_fib", "hcom"] },
];

/** A kind of file that people have and we refuse. */
interface Unread {
  name: string;
  why: string;
  /** What its owner can do instead. */
  instead: string;
}

export const unread: readonly Unread[] = [
  {
    name: "Playlists and manifests: M3U8, MPD, ASX, SMIL, PLS, ffconcat, CUE",
    why: "They name other files. The converter opens no file but yours.",
    instead: "Upload the video that the playlist names.",
  },
  {
    name: "Segments without their header (M4S), Magic Lantern video (MLV), AVID and P2 folders",
    why: "The audio, or its description, is in another file.",
    instead: "Join them into one file, or upload the file that has the audio.",
  },
  {
    name: "Disc images and menus: ISO, IFO, BDMV",
    why: "They are file systems and indexes.",
    instead: "Upload the VOB or M2TS files.",
  },
  {
    name: "Protected files: Audible, FairPlay, Widevine, OMA, NetEase, KuGou, Kuwo, QQ Music, CSS discs, scrambled broadcasts",
    why: "Only their players have the key.",
    instead: "Use a copy without protection.",
  },
  {
    name: "Dolby AC-4, MPEG-H, Apple Positional Audio, OptimFROG, LPAC",
    why: "ffmpeg has no decoder for them.",
    instead: "Export with AAC, MP3, Opus or PCM.",
  },
  {
    name: "Other audio without a header: PCM, G.726, SBC",
    why: "Neither the file nor its name says which rate it has, and a wrong guess is noise.",
    instead: "Put it into a WAV file. We read all of these inside WAV, AU, AVI and MOV.",
  },
  {
    name: "Recordings of WebEx (ARF, WRF), Zoom before it converts them, GoToMeeting, Camtasia",
    why: "Only those programs can read them.",
    instead: "Export them as MP4 there.",
  },
  {
    name: "Projects of editing programs",
    why: "They name recordings and have none, or have them in parts.",
    instead: "Export the project as a video or as WAV.",
  },
  {
    name: "Scores: MIDI, tracker modules, chip music",
    why: "They hold notes, not a recording.",
    instead: "Play and record them.",
  },
  {
    name: "Video and audio from games and consoles",
    why: "They aren't your recordings, and hostile files can attack every format that we add.",
    instead: "Record the game, or convert with a full ffmpeg.",
  },
];
