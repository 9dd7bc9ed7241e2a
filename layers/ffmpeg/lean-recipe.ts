import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Arch } from "./inspect.ts";
import { lameEdits, lameHeaders } from "./lame-edits.ts";
import { configureComponents } from "./requirements.ts";

/** A Debian source package and the SHA-256 of each of its files. */
interface SourcePackage {
  name: string;
  version: string;
  files: Readonly<Record<string, string>>;
}

interface Step {
  /** Relative to the build's folder, where each source package is unpacked under its name. */
  directory: string;
  command: readonly string[];
  environment?: Readonly<Record<string, string>>;
}

/** Debian 12's: a newer one is taken by changing these lines, never by itself. */
export const sourcePackages: readonly SourcePackage[] = [
  {
    name: "zlib",
    version: "1:1.2.13.dfsg-1",
    files: {
      "zlib_1.2.13.dfsg-1.dsc": "3fa1e6b2fc525062aa88207dda52fed8e045373c809d362fe8a2bfbf7cf515a8",
      "zlib_1.2.13.dfsg.orig.tar.bz2":
        "71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1",
      "zlib_1.2.13.dfsg-1.debian.tar.xz":
        "f66cf3d4f2d7defcd4d1fd1fb0a11ee39f1e01b42ec7d059c9dc5c1695133c44",
    },
  },
  {
    name: "lame",
    version: "3.100-6",
    files: {
      "lame_3.100-6.dsc": "6a402771625fa80785a2b904697ba9c7e74a1ee4fa536354e9e88f08e2a4073b",
      "lame_3.100.orig.tar.gz": "ddfe36cab873794038ae2c1210557ad34857a4b6bdc515785d1da9e175b1da1e",
      "lame_3.100-6.debian.tar.xz":
        "35c6af528d139737c8beede450ad99fe0c1f1764455d23321038b5c4a2b4574c",
    },
  },
  {
    name: "ffmpeg",
    version: "7:5.1.9-0+deb12u1",
    files: {
      "ffmpeg_5.1.9-0+deb12u1.dsc":
        "055f82fca9a92f1d47216be2c2488d09373c7ca154806fbc36b0127c191d5104",
      "ffmpeg_5.1.9.orig.tar.xz":
        "d9b593bb2ba93d4b50f74177e0cdcd41747e708596367deed0c30348a71dd176",
      "ffmpeg_5.1.9.orig.tar.xz.asc":
        "443e6cdfe1560aab22f90ec40a967866ee04d5bbea32bc32625bd6e514d589f4",
      "ffmpeg_5.1.9-0+deb12u1.debian.tar.xz":
        "71b20472ecd2764bc98e3229d34c0f7c8dcfe4a6cbacc23fd5604c23bac04632",
    },
  },
];

/** Debian's name of the target, in front of the names of its compiler and binutils. */
export const toolPrefix = (arch: Arch): string =>
  arch === "x86_64" ? "x86_64-linux-gnu-" : "aarch64-linux-gnu-";

/**
 * Nothing here depends on the machine or on where the build lies: paths are relative, since
 * `configure` writes its arguments into the program.
 */
export function leanSteps(arch: Arch): Step[] {
  const prefix = toolPrefix(arch);
  const tools = { CC: `${prefix}gcc`, AR: `${prefix}gcc-ar`, RANLIB: `${prefix}gcc-ranlib` };
  // Every x86 machine of Lambda has AVX2. Its approximate roots (-mrecip) give -inf for what is nearly
  // nothing, and LAME takes that for a place in a table. The arm64 machines don't all have more than
  // ARMv8.2, and LAME gains nothing from it; -mtune only orders instructions for Graviton2. LAME's
  // configure allows its shortcuts through the bits of IEEE 754 floats, which our code shares tables
  // with, on x86 by itself.
  const machine =
    arch === "x86_64"
      ? "-march=x86-64-v3 -mno-recip"
      : "-mtune=neoverse-n1 -DTAKEHIRO_IEEE754_HACK=1 -DUSE_FAST_LOG=1";
  const hardened = "-O3 -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2";

  const components = Object.entries(configureComponents).flatMap(([kind, names]) =>
    names.map((name) => `--enable-${kind}=${name}`),
  );
  return [
    {
      directory: "zlib",
      command: ["./configure", "--static", "--prefix=/"],
      environment: { ...tools, CFLAGS: hardened },
    },
    { directory: "zlib", command: ["make", "libz.a"] },
    {
      directory: "lame",
      command: [
        "./configure",
        `--host=${prefix.slice(0, -1)}`,
        "--prefix=/",
        "--disable-shared",
        "--disable-frontend",
        "--disable-decoder",
        "--disable-gtktest",
      ],
      environment: { ...tools, CFLAGS: `-O3 -fPIE ${machine} -ffast-math -flto` },
    },
    { directory: "lame/libmp3lame", command: ["make"] },
    // ffmpeg includes <lame/lame.h>.
    { directory: "lame/include", command: ["ln", "-s", ".", "lame"] },
    {
      directory: "ffmpeg",
      command: [
        "./configure",
        "--enable-cross-compile",
        `--cross-prefix=${prefix}`,
        "--target-os=linux",
        `--arch=${arch === "x86_64" ? "x86_64" : "aarch64"}`,
        "--disable-everything",
        "--disable-autodetect",
        "--disable-debug",
        "--disable-doc",
        "--disable-avdevice",
        "--disable-ffplay",
        "--disable-ffprobe",
        "--disable-swscale",
        "--enable-libmp3lame",
        "--enable-pic",
        "--enable-zlib",
        "--extra-cflags=-I../zlib -I../lame/include -fPIE -fstack-protector-strong -D_FORTIFY_SOURCE=2",
        "--extra-ldflags=-L../zlib -L../lame/libmp3lame/.libs",
        "--extra-ldexeflags=-static-pie -Wl,-z,relro,-z,now",
        ...components,
      ],
    },
    { directory: "ffmpeg", command: ["make", "ffmpeg"] },
  ];
}

/** The text of each header that is added to LAME, by its name. */
export const readLameHeaders = (): Record<string, string> =>
  Object.fromEntries(
    lameHeaders.map((name) => [
      name,
      readFileSync(join(import.meta.dirname, "lame", name), "utf8"),
    ]),
  );

/** Everything that goes into a build but the compiler. */
export const describeLean = (arch: Arch) => ({
  sources: sourcePackages,
  lameHeaders: readLameHeaders(),
  lameEdits,
  steps: leanSteps(arch),
});

/** Names a build by what goes into it. */
export const leanKey = (arch: Arch): string =>
  createHash("sha256")
    .update(JSON.stringify(describeLean(arch)))
    .digest("hex");
