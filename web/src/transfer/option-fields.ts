import { computed, signal } from "@preact/signals";
import type { Quality } from "../../../contract/conversion.ts";
import { findOptionsFault } from "./options.ts";
import type { TransferRecord } from "./records.ts";

/** How one file is to be converted, as its fields show it. */
export class OptionFields {
  readonly quality = signal<Quality>("v2");
  readonly start = signal("");
  readonly end = signal("");
  /** In LUFS; undefined leaves it as it is. */
  readonly loudness = signal<number | undefined>(undefined);
  readonly fault = computed(() => findOptionsFault(this.start.value, this.end.value));

  constructor({ quality, start, end, loudness }: TransferRecord) {
    this.quality.value = quality;
    this.start.value = start;
    this.end.value = end;
    this.loudness.value = loudness;
  }

  /** For the record. */
  peek() {
    return {
      quality: this.quality.peek(),
      start: this.start.peek(),
      end: this.end.peek(),
      loudness: this.loudness.peek(),
    };
  }
}
