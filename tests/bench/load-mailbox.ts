import { setTimeout as sleep } from "node:timers/promises";
import { readMailbox } from "../../localstack/mailbox.ts";

const POLL_MILLISECONDS = 1000;

/** Waits for emails. One look into the emulator's mailbox serves everybody. */
export class LoadMailbox {
  readonly #endpoint: string;
  readonly #arrived = new Map<string, number>();
  readonly #awaited = new Map<string, number>();

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const emails = await readMailbox(this.#endpoint);
      const recipients = emails.flatMap(({ to }) => to);
      for (const address of this.#awaited.keys()) {
        this.#arrived.set(address, recipients.filter((to) => to === address).length);
      }
      await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
  }

  /** Waits until the address has one more email than the number of earlier calls for it. */
  async awaitNext(address: string, signal: AbortSignal): Promise<void> {
    const awaited = (this.#awaited.get(address) ?? 0) + 1;
    this.#awaited.set(address, awaited);
    while ((this.#arrived.get(address) ?? 0) < awaited) {
      await sleep(POLL_MILLISECONDS / 5, undefined, { signal });
    }
  }
}
