/** What the service worker needs of its global scope; TypeScript's window library lacks it. */
export interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

export interface ServiceWorkerScope {
  readonly location: { href: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): void;
  addEventListener<Kind extends ExtendableEvent>(
    type: string,
    listener: (event: Kind) => void,
  ): void;
}
