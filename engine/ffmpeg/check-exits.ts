import { Failure, OutsideFault } from "../failure.ts";
import type { LoopbackServer } from "./loopback-server.ts";
import type { ProcessEnd } from "./process.ts";

/** ffmpeg's exit code if more than two thirds of the packets can't be decoded. */
const TOO_MANY_ERRORS = 69;

/** Returns whether most of the recording can't be decoded. */
export const isMostlyUndecoded = (ends: readonly ProcessEnd[]): boolean =>
  ends.some(({ code }) => code === TOO_MANY_ERRORS);

/** ffmpeg's messages if it has no decoder for the codec, or for this variant of it. */
const UNSUPPORTED =
  /no decoder|Decoder .* not found|not on whitelist|Function not implemented|not yet implemented|Error while opening decoder/i;

/** Signals that the same input always causes: a crash, or a limit that was reached. */
const CRASH_SIGNALS = new Set<NodeJS.Signals>([
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGSEGV",
  "SIGSYS",
  "SIGTRAP",
  "SIGXCPU",
  "SIGXFSZ",
]);

/** Throws an {@link OutsideFault} if a process was ended by something other than its input. */
export function throwIfKilled(ends: readonly ProcessEnd[]): void {
  const killed = ends.find(({ signal }) => signal && !CRASH_SIGNALS.has(signal));
  // It ran out of memory, or somebody killed it, so another try may succeed.
  if (killed) throw new OutsideFault(`ffmpeg was ended by ${killed.signal}`);
}

/**
 * Throws the failure `damaged` if a process crashed, or what {@link throwIfKilled} throws. Call this
 * before other checks: if one process dies, those that write to it fail, too.
 */
export function throwIfEndedBySignal(ends: readonly ProcessEnd[]): void {
  throwIfKilled(ends);
  const crashed = ends.find(({ signal }) => signal);
  if (crashed) throw new Failure("damaged", `ffmpeg crashed with ${crashed.signal}`);
}

/**
 * Throws if the processes that read from `server` failed. Returns if at least something was decoded
 * ({@link isMostlyUndecoded}).
 *
 * @param codec the track's codec
 */
export function checkEnds(
  ends: readonly ProcessEnd[],
  server: LoopbackServer,
  codec: string,
  signal: AbortSignal,
): void {
  signal.throwIfAborted();
  if (server.failure) throw server.failure;
  throwIfEndedBySignal(ends);
  for (const end of ends) {
    if (end.succeeded || end.code === TOO_MANY_ERRORS) continue;
    if (UNSUPPORTED.test(end.messages)) {
      throw new Failure("unsupported-codec", `no decoder for ${codec}`);
    }
    const message = end.messages.trim().split("\n").at(-1) ?? "";
    throw new Failure(
      "not-media",
      `ffmpeg ended with ${end.code}: ${message.replace(/http:\S+/g, "the source").slice(0, 200)}`,
    );
  }
}
