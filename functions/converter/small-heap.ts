import { setFlagsFromString } from "node:v8";

/**
 * Makes V8 grow its heap carefully. The programs that run the engine import this for its effect. A
 * conversion holds little, and its buffers become garbage at once, so this costs no measurable time
 * and saves 20 MB of 112 (docs/engine.md). NODE_OPTIONS doesn't allow the flag.
 */
setFlagsFromString("--optimize-for-size");
