import { Failure } from "./failure.ts";
import type { ProcessEnd } from "./ffmpeg-process.ts";
import type { LoopbackServer } from "./loopback-server.ts";

/** ffmpeg's exit code where more than two thirds of the packets can't be decoded. */
const TOO_MANY_ERRORS = 69;

/**
 * Throws what the ends of the processes that read from `server` mean; returns if all is well.
 * `codec` is the track's.
 */
export function checkEnds(
  ends: readonly ProcessEnd[],
  server: LoopbackServer,
  codec: string,
  signal: AbortSignal,
): void {
  signal.throwIfAborted();
  if (server.failure) throw server.failure;
  for (const end of ends) {
    if (/ended prematurely/i.test(end.messages)) {
      throw new Failure("truncated", "the container ends prematurely");
    }
    if (end.succeeded) continue;
    // Memory ran out or somebody killed it: another try may do better.
    if (end.signal) throw new Error(`ffmpeg was ended by ${end.signal}`);
    if (end.code === TOO_MANY_ERRORS) {
      throw new Failure("truncated", "most of the sound can't be decoded");
    }
    if (/no decoder|Decoder .* not found|not on whitelist/i.test(end.messages)) {
      throw new Failure("unsupported-codec", `no decoder for ${codec}`);
    }
    const message = end.messages.trim().split("\n").at(-1) ?? "";
    throw new Failure(
      "not-media",
      `ffmpeg ended with ${end.code}: ${message.replace(/http:\S+/g, "the source").slice(0, 200)}`,
    );
  }
}
