import { downloadZip } from "client-zip";
import type { PageMessage, ZipLink, ZipReport } from "./messages.ts";

interface Pending {
  command: NonNullable<PageMessage["zip"]>;
  port: MessagePort;
  end: () => void;
}

/** ZIPs that a page has announced and whose download hasn't begun. */
const pending = new Map<string, Pending>();

/** Remembers an announced ZIP until its download begins. Resolves when the ZIP is complete. */
export async function prepareZip({ data, ports }: MessageEvent<PageMessage>): Promise<void> {
  const [port] = ports;
  if (data.zip === undefined || port === undefined) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  pending.set(data.zip.id, { command: data.zip, port, end: resolve });
  port.postMessage({ kind: "ready" } satisfies ZipReport);
  await promise;
}

/** Streams the ZIP that was announced under `id`. */
export async function answerZip(id: string): Promise<Response> {
  const announced = pending.get(id);
  if (announced === undefined) return new Response(null, { status: 404 });
  pending.delete(id);
  const { headers, body } = downloadZip(readFiles(announced));
  headers.set("content-type", "application/zip");
  const name = encodeURIComponent(announced.command.fileName);
  headers.set("content-disposition", `attachment; filename*=UTF-8''${name}`);
  return new Response(body, { headers });
}

/** Fetches one file after the other, each by a link that the page gets when its turn comes. */
async function* readFiles({ command, port, end }: Pending) {
  const report = (message: ZipReport) => port.postMessage(message);
  try {
    for (const [index, { name, createdAtMs }] of command.files.entries()) {
      const url = await askForLink(port, index);
      const response = url === null ? undefined : await fetch(url).catch(() => undefined);
      if (response?.ok) yield { name, input: response, lastModified: createdAtMs };
      else if (url !== null) report({ kind: "refused", index });
    }
    report({ kind: "done" });
  } finally {
    end();
    port.close();
  }
}

function askForLink(port: MessagePort, index: number): Promise<string | null> {
  return new Promise((resolve) => {
    port.onmessage = ({ data }: MessageEvent<ZipLink>) => resolve(data.url);
    port.postMessage({ kind: "next", index } satisfies ZipReport);
  });
}
