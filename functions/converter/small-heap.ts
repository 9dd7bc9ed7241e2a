import { setFlagsFromString } from "node:v8";

/**
 * Imported for its effect by the programs that run the engine: V8 grows its heap carefully. What a
 * conversion holds is small and what it reads is garbage at once, so this costs no time and takes a
 * fifth of the peak (docs/engine.md). NODE_OPTIONS doesn't allow the flag.
 */
setFlagsFromString("--optimize-for-size");
