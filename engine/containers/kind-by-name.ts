import type { FileKind } from "../../contract/file-kind.ts";

/**
 * Kinds by the ending of a file's name, for files whose bytes show nothing or only an outer format.
 */
const ENDINGS: readonly [FileKind, string][] = [
  [
    "project",
    "prproj als veg vf aup aup3 band flp aep drp kdenlive osp wlmp mswmm camproj tscproj cmproj cpr npr " +
      "ptx ptf pts sesx ses logic logicx rpp vpj imovieproj imoviemobile fcpxml mlt aaf omf edl vproj",
  ],
  ["meeting-recording", "arf wrf zoom g2m trec camrec lrec"],
  ["chat-backup", "crypt crypt5 crypt7 crypt8 crypt12 crypt14 crypt15"],
  ["partial-download", "crdownload part partial opdownload download aria2 !ut !qb !bt bc! ytdl"],
  ["playlist", "m3u m3u8 pls xspf asx wpl cue mpd ram ifo bup bdmv mpls clpi"],
  ["subtitles", "srt vtt ass ssa sub sbv lrc ttml dfxp"],
  ["placeholder", "icloud gdoc gsheet gslides"],
  ["encrypted-file", "gpg pgp age aes axx enc"],
  ["document", "docx pptx xlsx odt ods odp epub key pages numbers"],
  ["program", "apk xapk aab jar ipa"],
];

/** Encrypted formats that only their own players can play. Some have no known first bytes. */
const PROTECTED_ENDINGS = new Set(
  "wvm qmc0 qmc3 qmcflac qmcogg mflac mflac0 mgg mgg1 bkcmp3 bkcflac kgm kgma vpr kwm ncm".split(
    " ",
  ),
);

const KINDS = new Map(
  ENDINGS.flatMap(([kind, endings]) => endings.split(" ").map((ending) => [ending, kind] as const)),
);

/** Kinds that say little about the contents, such as an archive. The file's name may say more. */
const GENERAL = new Set<FileKind | undefined>([undefined, "archive", "document", "text"]);

/**
 * Returns a more precise kind if the file's name gives one, or else the kind that its bytes show.
 *
 * @param ending the end of the file's name, without the dot
 */
export const refineKind = (kind: FileKind | undefined, ending: string): FileKind | undefined =>
  GENERAL.has(kind) ? (KINDS.get(ending.toLowerCase()) ?? kind) : kind;

export const isProtectedByName = (ending: string): boolean =>
  PROTECTED_ENDINGS.has(ending.toLowerCase());
