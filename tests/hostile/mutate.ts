type Random = () => number;

/** Values that sizes, counts and offsets break at. */
const EDGES = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** Changes a file as damage or malice would: a few bytes, a number, or a whole part of it. */
export function mutate(original: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(original);
  const below = (count: number) => Math.floor(random() * count);
  // Headers and tables are where a byte changes most.
  const place = () => (random() < 0.6 ? below(Math.min(4096, bytes.length)) : below(bytes.length));
  const range = () => {
    const start = place();
    return [start, Math.min(bytes.length, start + 1 + below(20_000))] as const;
  };
  switch (below(8)) {
    case 0:
      return bytes.subarray(0, below(bytes.length));
    case 1: {
      const [start, end] = range();
      return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
    }
    case 2: {
      const [start, end] = range();
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
    }
    case 3: {
      const [start, end] = range();
      return bytes.fill(0, start, end);
    }
    case 4: {
      const [start, end] = range();
      for (let at = start; at < end; at++) bytes[at] = below(256);
      return bytes;
    }
    case 5: {
      const at = Math.min(place(), Math.max(0, bytes.length - 4));
      const value = EDGES[below(EDGES.length)] as number;
      if (bytes.length >= 4) {
        if (random() < 0.5) bytes.writeUInt32BE(value, at);
        else bytes.writeUInt32LE(value, at);
      }
      return bytes;
    }
    default:
      for (let count = 1 + below(16); count > 0; count--) {
        const at = place();
        bytes[at] = (bytes[at] as number) ^ (1 << below(8));
      }
      return bytes;
  }
}
