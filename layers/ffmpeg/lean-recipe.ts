import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ffmpegEdits } from "./ffmpeg-edits.ts";
import type { Arch } from "./inspect.ts";
import { lameEdits, lameHeaders } from "./lame-edits.ts";
import { configureComponents } from "./requirements.ts";
import { zigVersion } from "./zig.ts";

/** A release as one file. */
export interface Archive {
  file: string;
  sha256: string;
  /** Whether Debian's source package of the same name has exactly this file. */
  isInDebian: boolean;
  /** Where the project itself publishes it. */
  addresses: readonly string[];
}

export interface Source {
  /** The folder that it is unpacked into, and its name in Debian. */
  name: string;
  version: string;
  /** Any of them will do, since the compiled files are the same in each. */
  archives: readonly Archive[];
}

interface Step {
  /** Relative to the build's folder, in which each source is unpacked under its name. */
  directory: string;
  command: readonly string[];
}

/** To take a newer release, change these lines. Nothing else depends on the version. */
export const sources: readonly Source[] = [
  {
    name: "zlib",
    version: "1.3.1",
    archives: [
      // Debian leaves out documents that it may not distribute.
      {
        file: "zlib_1.3.dfsg+really1.3.1.orig.tar.gz",
        sha256: "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb",
        isInDebian: true,
        addresses: [],
      },
      {
        file: "zlib-1.3.1.tar.gz",
        sha256: "9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23",
        isInDebian: false,
        addresses: [
          "https://zlib.net/fossils/zlib-1.3.1.tar.gz",
          "https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz",
        ],
      },
    ],
  },
  {
    name: "lame",
    version: "3.100",
    archives: [
      {
        file: "lame-3.100.tar.gz",
        sha256: "ddfe36cab873794038ae2c1210557ad34857a4b6bdc515785d1da9e175b1da1e",
        isInDebian: true,
        addresses: ["https://downloads.sourceforge.net/project/lame/lame/3.100/lame-3.100.tar.gz"],
      },
    ],
  },
  {
    name: "ffmpeg",
    version: "9.0.2",
    archives: [
      {
        file: "ffmpeg-9.0.2.tar.xz",
        sha256: "8c3850283eb25fa026482078a04051e0be17347b09ef81a0849bec15a96e002e",
        isInDebian: true,
        addresses: ["https://ffmpeg.org/releases/ffmpeg-9.0.2.tar.xz"],
      },
    ],
  },
];

/**
 * The licence (as SPDX names it) of the files that we compile from each source, configured as
 * below.
 */
export const sourceLicenses: Readonly<Record<string, string>> = {
  zlib: "Zlib",
  lame: "LGPL-2.0-or-later",
  ffmpeg: "LGPL-2.1-or-later",
};

/** zig's name for each target. musl is linked in, so any Linux runs the program. */
const targets: Readonly<Record<Arch, string>> = {
  x86_64: "x86_64-linux-musl",
  arm64: "aarch64-linux-musl",
};

/**
 * The instructions that the compiler may use. Lambda's x86 machines all support v3, and its arm64
 * machines at least what Graviton2 has.
 */
const processors: Readonly<Record<Arch, string>> = { x86_64: "x86_64_v3", arm64: "neoverse_n1" };

/** Returns the command that each name in the steps stands for; the call's arguments follow it. */
export const leanTools = (arch: Arch): Readonly<Record<string, readonly string[]>> => ({
  "tapedeck-cc": ["zig", "cc", "-target", targets[arch], `-mcpu=${processors[arch]}`],
  "tapedeck-host-cc": ["zig", "cc"],
  "tapedeck-ar": ["zig", "ar"],
  "tapedeck-ranlib": ["zig", "ranlib"],
});

const hardened = ["-fPIE", "-fstack-protector-strong", "-fno-sanitize=undefined"];

/** The files of zlib that ffmpeg needs. */
const zlibFiles = [
  "adler32",
  "compress",
  "crc32",
  "deflate",
  "inffast",
  "inflate",
  "inftrees",
].concat("trees", "uncompr", "zutil");

const lameFiles = ["VbrTag", "bitstream", "encoder", "fft", "gain_analysis", "id3tag", "lame"]
  .concat("mpglib_interface", "newmdct", "presets", "psymodel", "quantize", "quantize_pvt")
  .concat("reservoir", "set_get", "tables", "takehiro", "util", "vbrquantize", "version");

/**
 * What LAME's `configure` would find out on these targets. On some processors only, it would allow
 * shortcuts through the bits of IEEE 754 floats, and our code uses the same tables.
 */
const lameDefinitions = [
  "HAVE_ERRNO_H",
  "HAVE_FCNTL_H",
  "HAVE_INTTYPES_H",
  "HAVE_LIMITS_H",
  "HAVE_MEMCPY",
  "HAVE_STDINT_H",
  "HAVE_STRCHR",
  "LAME_LIBRARY_BUILD",
  "STDC_HEADERS",
  "TAKEHIRO_IEEE754_HACK",
  "USE_FAST_LOG",
  "ieee754_float32_t=float",
].map((definition) => `-D${definition}`);

/**
 * Lists the steps of a build. None depends on the machine or on the build's folder: paths are
 * relative, because `configure` writes its arguments into the program.
 */
export function leanSteps(arch: Arch): Step[] {
  // Uses make's own rule for C, which is all that these two libraries need. Their makefiles need
  // their `configure`, which takes longer than the compiler.
  const compile = (options: readonly string[], files: readonly string[]) => [
    ...["make", "-f", "/dev/null", "CC=tapedeck-cc"],
    `CFLAGS=${["-O3", ...hardened, ...options].join(" ")}`,
    ...files.map((file) => `${file}.o`),
  ];
  const collect = (library: string, files: readonly string[]) => [
    ...["tapedeck-ar", "rcsD", library],
    ...files.map((file) => `${file}.o`),
  ];
  const components = Object.entries(configureComponents).flatMap(([kind, names]) =>
    names.map((name) => `--enable-${kind}=${name}`),
  );
  return [
    { directory: "zlib", command: compile(["-DHAVE_UNISTD_H"], zlibFiles) },
    { directory: "zlib", command: collect("libz.a", zlibFiles) },
    {
      directory: "lame/libmp3lame",
      // Approximate roots give -inf for tiny numbers, and LAME uses the result as an index.
      command: compile(
        [
          "-ffast-math",
          "-ffp-contract=fast-honor-pragmas",
          "-mrecip=none",
          ...lameDefinitions,
          "-I.",
          "-I../include",
          "-I../mpglib",
        ],
        lameFiles,
      ),
    },
    { directory: "lame/libmp3lame", command: collect("libmp3lame.a", lameFiles) },
    // ffmpeg includes <lame/lame.h>.
    { directory: "lame/include", command: ["ln", "-s", ".", "lame"] },
    {
      directory: "ffmpeg",
      command: [
        "./configure",
        "--enable-cross-compile",
        "--cc=tapedeck-cc",
        "--host-cc=tapedeck-host-cc",
        "--ar=tapedeck-ar",
        "--ranlib=tapedeck-ranlib",
        "--target-os=linux",
        `--arch=${arch === "x86_64" ? "x86_64" : "aarch64"}`,
        "--disable-everything",
        "--disable-autodetect",
        "--disable-debug",
        "--disable-doc",
        "--disable-avdevice",
        "--disable-ffplay",
        "--disable-ffprobe",
        "--disable-stripping",
        "--disable-unstable",
        "--disable-x86asm",
        "--enable-libmp3lame",
        "--enable-pic",
        "--enable-zlib",
        `--extra-cflags=-I../zlib -I../lame/include ${hardened.join(" ")}`,
        "--extra-ldflags=-L../zlib -L../lame/libmp3lame",
        "--extra-ldexeflags=-static -pie -s -Wl,-z,relro,-z,now",
        ...components,
      ],
    },
    { directory: "ffmpeg", command: ["make", "ffmpeg"] },
  ];
}

/** Reads the text of each header that is added to LAME, by name. */
export const readLameHeaders = (): Record<string, string> =>
  Object.fromEntries(
    lameHeaders.map((name) => [
      name,
      readFileSync(join(import.meta.dirname, "lame", name), "utf8"),
    ]),
  );

/** With our changes, or as released, for comparison. */
export type LameKind = "changed" | "plain";

/** Describes everything that goes into a build. */
export const describeLean = (arch: Arch, lame: LameKind = "changed") => ({
  compiler: `ziglang ${zigVersion}`,
  tools: leanTools(arch),
  sources,
  ffmpegEdits,
  lameHeaders: lame === "changed" ? readLameHeaders() : {},
  lameEdits: lame === "changed" ? lameEdits : [],
  steps: leanSteps(arch),
});

/** Names a build by what goes into it. */
export const leanKey = (arch: Arch, lame: LameKind = "changed"): string =>
  createHash("sha256")
    .update(JSON.stringify(describeLean(arch, lame)))
    .digest("hex");
