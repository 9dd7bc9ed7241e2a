import { MAX_PARTS_SIGNED, type SignPartsResponse } from "../contract/api.ts";
import { AnswerError } from "./errors.ts";

/**
 * URLs work for an hour. S3 checks that when a request begins, so the rest of the hour is for clocks
 * that jump and machines that sleep. An older one is signed again.
 */
const USABLE_MILLISECONDS = 45 * 60 * 1000;

type SignedPart = SignPartsResponse["parts"][number];

interface Batch {
  signedAt: number;
  parts: Promise<ReadonlyMap<number, SignedPart>>;
}

/** Signs the requests of parts ahead, many with one call of the API. */
export class PartSigner {
  readonly #sign: (partNumbers: number[]) => Promise<SignPartsResponse>;
  /** Parts that nobody has asked for yet. */
  readonly #pending: Set<number>;
  readonly #ahead = new Map<number, Batch>();

  /**
   * @param sign signs at most {@link MAX_PARTS_SIGNED} parts.
   * @param partNumbers all parts that will be asked for, in that order.
   */
  constructor(
    sign: (partNumbers: number[]) => Promise<SignPartsResponse>,
    partNumbers: readonly number[],
  ) {
    this.#sign = sign;
    this.#pending = new Set(partNumbers);
  }

  /**
   * Returns a part's request. Each answer is for one try, so that another try gets a new URL.
   *
   * @throws what `sign` throws.
   */
  async take(partNumber: number): Promise<SignedPart> {
    this.#pending.delete(partNumber);
    const batch = this.#findUsable(partNumber) ?? this.#signAhead(partNumber);
    this.#ahead.delete(partNumber);
    const part = (await batch.parts).get(partNumber);
    if (!part) throw new AnswerError(`Part ${partNumber} wasn't signed.`);
    return part;
  }

  /** Forgets what is signed ahead: S3 refused one URL, so it may refuse all. */
  forget(): void {
    this.#ahead.clear();
  }

  #findUsable(partNumber: number): Batch | undefined {
    const batch = this.#ahead.get(partNumber);
    const age = batch ? Date.now() - batch.signedAt : undefined;
    return age !== undefined && age >= 0 && age < USABLE_MILLISECONDS ? batch : undefined;
  }

  #signAhead(partNumber: number): Batch {
    const next = [...this.#pending].filter((number) => !this.#findUsable(number));
    const numbers = [partNumber, ...next].slice(0, MAX_PARTS_SIGNED);
    const batch: Batch = {
      signedAt: Date.now(),
      parts: this.#sign(numbers).then(
        ({ parts }) => new Map(parts.map((part) => [part.partNumber, part])),
      ),
    };
    for (const number of numbers) this.#ahead.set(number, batch);
    batch.parts.catch(() => {
      for (const number of numbers) {
        if (this.#ahead.get(number) === batch) this.#ahead.delete(number);
      }
    });
    return batch;
  }
}
