import type { Shipped } from "./shipped.ts";

/**
 * Licences of packages that we may deploy under our own licence, MIT. MPL-2.0 only asks for the
 * sources of its own files, which are unchanged and on npm.
 */
const PERMITTED = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "Zlib",
]);
/**
 * ffmpeg is a separate program in its layer, with its licence texts and everything to rebuild it
 * (ADR 10).
 */
const PERMITTED_IN_LAYER = new Set([...PERMITTED, "LGPL-2.0-or-later", "LGPL-2.1-or-later"]);

/** @returns why it may not ship, or undefined if it may. */
export function findObjection({ name, license, places }: Shipped): string | undefined {
  if (license === undefined) return `${name} names no licence.`;
  const isInLayer = places.every((place) => place === "ffmpeg layer");
  return isPermitted(license, isInLayer ? PERMITTED_IN_LAYER : PERMITTED)
    ? undefined
    : `${name} is under ${license}, which may not ship.`;
}

/**
 * Evaluates an SPDX expression without exceptions: `OR` needs one permitted licence, `AND` needs
 * all.
 */
function isPermitted(expression: string, permitted: ReadonlySet<string>): boolean {
  const plain = expression.replace(/^\(([^()]*)\)$/, "$1");
  return plain
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((id) => permitted.has(id)));
}
