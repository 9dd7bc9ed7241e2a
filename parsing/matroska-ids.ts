/*
 * The ids of Matroska's elements that several readers look for:
 * https://www.rfc-editor.org/rfc/rfc9559#section-5.1
 */

export const SEEK_HEAD = 0x114d9b74;
export const INFO = 0x1549a966;
export const TRACKS = 0x1654ae6b;
export const TRACK_ENTRY = 0xae;
export const TRACK_NUMBER = 0xd7;
export const TRACK_TYPE = 0x83;
export const CODEC_DELAY = 0x56aa;
export const CLUSTER = 0x1f43b675;
