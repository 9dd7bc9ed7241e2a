/** Lets `count` tasks run at a time. The others wait in order, until `promote` lets one go first. */
export function createSlots(count: number) {
  let free = count;
  let waiting: { id: string; start: () => void }[] = [];

  const run = async <T>(id: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else {
      await new Promise<void>((resolve, reject) => {
        const onAbort = () => {
          waiting = waiting.filter((other) => other.start !== start);
          reject(signal.reason);
        };
        const start = () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        };
        waiting.push({ id, start });
        signal.addEventListener("abort", onAbort, { once: true });
      });
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next.start();
      else free++;
    }
  };
  const promote = (id: string) => {
    const isIt = (other: { id: string }) => other.id === id;
    waiting = [...waiting.filter(isIt), ...waiting.filter((other) => !isIt(other))];
  };
  return { run, promote };
}
