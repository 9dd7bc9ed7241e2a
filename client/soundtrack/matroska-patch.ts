/** Element ids, sizes and contents as bytes: https://www.rfc-editor.org/rfc/rfc9559#section-5.1 */
const bytesOf = (...parts: (number | string)[]) =>
  parts.flatMap((part) =>
    typeof part === "string" ? [...part].map((character) => character.charCodeAt(0)) : [part],
  );

/**
 * A track name that reserves the space for a codec delay. The converter doesn't show track names.
 */
export const DELAY_PLACEHOLDER = "\x7fcd\x7f";
const NAME = bytesOf(0x53, 0x6e, 0x84, DELAY_PLACEHOLDER);

const TARGET_TYPE = bytesOf(0x63, 0xca, 0x85, "MOVIE");
const VOID_AS_LONG = [0xec, 0x86, 0, 0, 0, 0, 0, 0];

/**
 * Patches the head of mediabunny's Matroska file, to match the source's head:
 * - The codec delay, which mediabunny doesn't write, takes the place of the track name that kept
 *   its room. Versions of ffmpeg differ in whether they drop the delay's samples.
 * - Tags lose the target type "MOVIE", which ffmpeg would add to their names.
 */
export function patchMatroskaHead(head: Uint8Array, delaySeconds: number): void {
  const nanoseconds = Math.round(delaySeconds * 1e9);
  const number = [24, 16, 8, 0].map((shift) => (nanoseconds >>> shift) & 0xff);
  replace(head, NAME, [0x56, 0xaa, 0x84, ...number]);
  replace(head, TARGET_TYPE, VOID_AS_LONG);
}

function replace(data: Uint8Array, found: readonly number[], by: readonly number[]) {
  const first = found[0] ?? 0;
  for (let at = data.indexOf(first); at !== -1; at = data.indexOf(first, at + 1)) {
    if (found.every((byte, index) => data[at + index] === byte)) data.set(by, at);
  }
}
