/** Starts fetching an item of a source. Returns undefined after the last item. */
type Fetch<T> = (index: number, signal: AbortSignal) => T | undefined;

export interface ReadAheadLimits {
  /** The most items that are fetched but not yet used. Their contents wait in memory. */
  inFlight: number;
  /**
   * How many of the first items stay in memory for every pass. They are fetched together, once. A
   * probe reads them first, and the conversion again.
   */
  kept: number;
}

/**
 * Fetches the numbered items of a source (ranges, fragments) before they are needed. `signal` ends
 * the fetches of kept items. All other fetches end with their pass.
 */
export class ReadAhead<T> {
  readonly #fetch: Fetch<T>;
  readonly #limits: ReadAheadLimits;
  readonly #signal: AbortSignal;
  readonly #kept: (T | undefined)[] = [];

  constructor(fetch: Fetch<T>, limits: ReadAheadLimits, signal: AbortSignal) {
    this.#fetch = fetch;
    this.#limits = limits;
    this.#signal = signal;
  }

  /** Begins a pass through the items, at any of them. `signal` ends its fetches. */
  open(signal: AbortSignal): Pass<T> {
    const { inFlight, kept } = this.#limits;
    const fetch = (index: number) =>
      index < kept ? this.#keep(index) : this.#fetch(index, signal);
    return new Pass(fetch, inFlight, kept);
  }

  #keep(index: number): T | undefined {
    this.#kept[index] ??= this.#fetch(index, this.#signal);
    return this.#kept[index];
  }
}

/** One pass through the items of a {@link ReadAhead}, in order. */
class Pass<T> {
  readonly #fetch: (index: number) => T | undefined;
  readonly #inFlight: number;
  readonly #kept: number;
  readonly #fetched = new Map<number, T | undefined>();
  #current = -1;
  #taken = 0;

  constructor(fetch: (index: number) => T | undefined, inFlight: number, kept: number) {
    this.#fetch = fetch;
    this.#inFlight = inFlight;
    this.#kept = kept;
  }

  /**
   * Returns the item at `index`, or undefined after the last one. Starts fetching the next items
   * and forgets the earlier ones, so `index` must never decrease.
   */
  take(index: number): T | undefined {
    if (index > this.#current) this.#moveTo(index);
    return this.#fetched.get(index);
  }

  #moveTo(index: number): void {
    this.#current = index;
    for (const old of this.#fetched.keys()) if (old < index) this.#fetched.delete(old);
    // The window doubles with each item. A reader that has taken few may not want more.
    const window = Math.min(this.#inFlight, 2 ** this.#taken++);
    for (let next = index; next < Math.max(index + window, this.#kept); next++) {
      if (!this.#fetched.has(next)) this.#fetched.set(next, this.#fetch(next));
    }
  }
}
