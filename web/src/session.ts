import { effect, signal } from "@preact/signals";
import * as z from "zod/mini";
import type { Session as RequestSession } from "../../client/session.ts";

const Session = z.object({ token: z.string(), email: z.string(), expiresAtMs: z.number() });
export type Session = z.infer<typeof Session>;

const STORAGE_KEY = "tapedeck:session";

/** Set when a session expired, so that the form can say so and greet the same person. */
export const expiredEmail = signal<string | undefined>(undefined);

/** Who is signed in; undefined shows the form. Session storage lets a refresh stay signed in. */
export const session = signal<Session | undefined>(readStored());

function readStored(): Session | undefined {
  const text = sessionStorage.getItem(STORAGE_KEY);
  if (text === null) return undefined;
  try {
    const stored = Session.parse(JSON.parse(text));
    if (stored.expiresAtMs > Date.now()) return stored;
    expiredEmail.value = stored.email;
    return undefined;
  } catch {
    return undefined;
  }
}

effect(() => {
  const current = session.value;
  if (current === undefined) {
    // A session that expired leaves its address: a reload must still say what happened.
    const email = expiredEmail.peek();
    if (email === undefined) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ token: "", email, expiresAtMs: 0 }));
    return;
  }
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(current));
  // setTimeout counts in 32 bits of milliseconds; a longer session is ended by the API's 401.
  const remainingMs = Math.min(current.expiresAtMs - Date.now(), 2 ** 31 - 1);
  const timer = setTimeout(() => expireSession(current.token), remainingMs);
  return () => clearTimeout(timer);
});

export function startSession(started: Session) {
  expiredEmail.value = undefined;
  session.value = started;
}

/** Ends the session that `token` belongs to; a newer one, started meanwhile, stays. */
function expireSession(token: string) {
  if (session.peek()?.token !== token) return;
  expiredEmail.value = session.peek()?.email;
  session.value = undefined;
}

export function endSession() {
  expiredEmail.value = undefined;
  session.value = undefined;
}

/** A request made while nobody is signed in waits for the form. */
export const pageSession: RequestSession = { getToken: waitForToken, expire: expireSession };

function waitForToken(abort: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    let stop = () => {};
    const onAbort = () => {
      stop();
      reject(abort?.reason);
    };
    if (abort?.aborted) return reject(abort.reason);
    abort?.addEventListener("abort", onAbort, { once: true });
    stop = session.subscribe((current) => {
      if (current === undefined) return;
      abort?.removeEventListener("abort", onAbort);
      queueMicrotask(() => stop());
      resolve(current.token);
    });
  });
}
