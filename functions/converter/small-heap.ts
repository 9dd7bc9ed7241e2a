import { setFlagsFromString } from "node:v8";

/**
 * Imported for its effect by the programs that run the engine: V8 grows its heap carefully. What a
 * conversion holds is small and what it reads is garbage at once, so this costs no time that
 * can be measured and saves 20 MB of 112 (docs/engine.md). NODE_OPTIONS doesn't allow the flag.
 */
setFlagsFromString("--optimize-for-size");
