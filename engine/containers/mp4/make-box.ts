/** Puts a box header before the pieces of a body. */
export function wrapBox(type: string, pieces: readonly Uint8Array[]): Uint8Array[] {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(
    pieces.reduce((sum, piece) => sum + piece.length, 8),
    0,
  );
  header.write(type, 4, "latin1");
  return [header, ...pieces];
}

export const makeBox = (type: string, ...pieces: readonly Uint8Array[]): Buffer =>
  Buffer.concat(wrapBox(type, pieces));
