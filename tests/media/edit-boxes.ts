import { makeBox } from "../../engine/containers/mp4/make-box.ts";
import { listBoxes } from "../../parsing/box.ts";

/**
 * An MP4 with the first box along `path` changed: `edit` gets its body and gives the new one. A file
 * whose movie box comes last needs no new offsets.
 */
export function editBox(
  bytes: Buffer,
  path: readonly string[],
  edit: (body: Buffer) => Buffer,
): Buffer {
  const [type, ...rest] = path;
  const box = listBoxes(bytes, 0, bytes.length).find((child) => child.type === type);
  if (!type || !box) throw new Error(`there is no box ${type}`);
  const body = bytes.subarray(box.bodyStart, box.end);
  const changed = rest.length > 0 ? editBox(body, rest, edit) : edit(Buffer.from(body));
  return Buffer.concat([
    bytes.subarray(0, box.start),
    makeBox(type, changed),
    bytes.subarray(box.end),
  ]);
}

/** 32-bit numbers, as most fields of a box are. */
export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}
