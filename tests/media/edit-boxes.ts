import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { listBoxes } from "../../parsing/box.ts";

/**
 * Returns an MP4 with the first box along `path` changed: `edit` gets its body and returns the new
 * one. Chunk offsets stay as they are, so the movie box has to come last.
 */
export function editBox(
  bytes: Buffer,
  path: readonly string[],
  edit: (body: Buffer) => Buffer,
): Buffer {
  const [type, ...rest] = path;
  const box = listBoxes(bytes, 0, bytes.length).find((child) => child.type === type);
  if (!type || !box) throw new Error(`there is no ${type} box`);
  const body = bytes.subarray(box.bodyStart, box.end);
  const changed = rest.length > 0 ? editBox(body, rest, edit) : edit(Buffer.from(body));
  return Buffer.concat([
    bytes.subarray(0, box.start),
    makeBox(type, changed),
    bytes.subarray(box.end),
  ]);
}

/** Writes 32-bit numbers, the size of most fields of a box. */
export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}
