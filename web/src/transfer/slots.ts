/** Lets `count` tasks run at a time. The others wait in order. */
export function createSlots(count: number) {
  let free = count;
  const waiting: (() => void)[] = [];

  return async <T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else {
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => {
          waiting.splice(waiting.indexOf(start), 1);
          reject(signal.reason);
        };
        const start = () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        };
        waiting.push(start);
        signal.addEventListener("abort", onAbort, { once: true });
      });
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
