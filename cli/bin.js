#!/usr/bin/env node
// Starts the command with the Node version that this package pins: its sources are TypeScript, which
// older versions don't run.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("tapedeck.ts", import.meta.url));
const pinnedNode = createRequire(import.meta.url).resolve("node/bin/node");
const child = spawn(pinnedNode, [program, ...process.argv.slice(2)], { stdio: "inherit" });
// Ctrl-C reaches both processes, and the command ends when it is ready.
for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => child.kill(name));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
