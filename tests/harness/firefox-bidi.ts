#!/usr/bin/env node
/**
 * Adapts Firefox to Playwright. Playwright sets each context's colour scheme by a command of WebDriver BiDi
 * that the ESR release doesn't have, and gives up when it is refused. This answers that command without
 * passing it on.
 */
import { spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

const UNKNOWN = new Set(["emulation.setMediaFeaturesOverride"]);
const LISTENING = "WebDriver BiDi listening on ";

const firefox = spawn(process.env.FIREFOX_BIN ?? "firefox", process.argv.slice(2), {
  stdio: ["ignore", "inherit", "pipe"],
});
process.on("SIGTERM", () => firefox.kill());
firefox.on("exit", (code) => process.exit(code ?? 1));
createInterface(firefox.stderr).on("line", (line) => {
  if (line.startsWith(LISTENING)) stepBetween(line.slice(LISTENING.length));
  else process.stderr.write(`${line}\n`);
});

const Command = z.object({ id: z.number(), method: z.string() });

/** Opens a server that passes everything on to the one at `address`, except for unknown commands. */
function stepBetween(address: string): void {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("listening", () => {
    const { port } = server.address() as AddressInfo;
    process.stderr.write(`${LISTENING}ws://127.0.0.1:${port}\n`);
  });
  server.on("connection", (client, { url = "" }) => {
    const upstream = new WebSocket(address + url, { perMessageDeflate: false });
    const isOpen = new Promise((opened) => upstream.on("open", opened));
    upstream.on("message", (message) => client.send(String(message)));
    upstream.on("close", () => client.close());
    client.on("close", () => upstream.close());
    client.on("message", async (message) => {
      const { id, method } = Command.parse(JSON.parse(String(message)));
      if (UNKNOWN.has(method)) {
        return client.send(JSON.stringify({ type: "success", id, result: {} }));
      }
      await isOpen;
      upstream.send(String(message));
    });
  });
}
