/**
 * The last release is deployed, and this one while jobs run. `npm run test:upgrade -- COMMIT` takes a
 * release's own code; without it, today's code with other bytes stands in for it, since a clone may
 * have no history.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../../client/api-client.ts";
import { convertVideo } from "../../client/node/convert-video.ts";
import { FileSource } from "../../client/node/file-source.ts";
import { createNodeTransport } from "../../client/node/node-transport.ts";
import { createPasswordSession } from "../../client/node/password-session.ts";
import type { Transport } from "../../client/transport.ts";
import { uploadMultipart } from "../../client/upload.ts";
import { watchJob } from "../../client/watch-job.ts";
import { invokeFunction } from "../../deployed/invoke-function.ts";
import { emulatorConfig, type StackOutputs } from "../../deployed/stack.ts";
import { linkFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { prepareAssembly } from "../../localstack/assembly.ts";
import { deployLocally } from "../../localstack/deploy.ts";
import { type Emulator, endpointAt, startEmulator } from "../../localstack/emulator.ts";
import { readMailbox } from "../../localstack/mailbox.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { type Database, startPostgres } from "../../localstack/postgres.ts";
import { findPython } from "../../localstack/python.ts";
import { openSecrets } from "../../localstack/secrets.ts";
import { readConversions } from "../bench/converter-log.ts";
import { eventually } from "../harness/eventually.ts";
import { makeWav } from "../media/make-wav.ts";
import { readTemplate, writeRelease, writeStandIn } from "./earlier-release.ts";

const SAMPLE = join(import.meta.dirname, "../../localstack/sample/arpeggio.mp4");
const commit = process.env.TAPEDECK_UPGRADE_FROM;
const conversion = { quality: "v2" } as const;
/** Only says when to give up on what hangs. */
const PATIENCE_SECONDS = 600;
const signal = AbortSignal.timeout(PATIENCE_SECONDS * 1000);

suite(`this code is deployed while jobs of ${commit ?? "an earlier version"} run`, () => {
  let directory: string;
  let emulator: Emulator;
  let database: Database;
  let outputs: StackOutputs;
  let deployThis: () => Promise<unknown>;
  /** The earlier release's first ffmpeg waits until `open` exists, and says by `held` that it does. */
  let gate: { path: string; held: string; open: string };

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-upgrade-"));
    const port = await findFreePort();
    const python = await findPython();
    const secrets = await openSecrets(directory);
    const ffmpegPath = join(directory, "ffmpeg");
    await linkFfmpeg(ffmpegPath);
    gate = await writeGate(join(directory, "earlier-ffmpeg"), ffmpegPath);
    [database, emulator] = await Promise.all([
      startPostgres({ stateDir: directory, secrets, python }),
      startEmulator({ stateDir: directory, port, python, onInstall: () => {} }),
    ]);
    const common = { endpoint: endpointAt(port), databaseUrl: database.url, pageAddresses: {} };
    const now = { ...common, ffmpegPath, assemblyDir: join(directory, "now") };
    const then = { ...common, ffmpegPath: gate.path, assemblyDir: join(directory, "then") };
    const template = await prepareAssembly(now);
    await (commit ? writeRelease(commit, then, join(directory, "code")) : writeStandIn(now, then));
    outputs = await deployLocally(then, await readTemplate(then));
    deployThis = () => deployLocally(now, template);
  });
  after(async () => {
    await Promise.all([emulator?.stop(), database?.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  const until = async (isSo: () => boolean) => {
    while (!isSo()) await sleep(50, undefined, { signal });
  };

  async function createUser() {
    const email = `${randomBytes(6).toString("hex")}@example.org`;
    const user = { email, password: randomBytes(15).toString("base64url") };
    const payload = { action: "create", role: "user", ...user };
    await invokeFunction(emulatorConfig(emulator.endpoint), outputs.UsersFunctionName, payload);
    const signIn = () => new ApiClient(outputs.ApiUrl, createPasswordSession(outputs.ApiUrl, user));
    return { ...user, signIn };
  }

  async function convert(api: ApiClient, name: string) {
    const videoPath = join(directory, name);
    await copyFile(SAMPLE, videoPath);
    const mp3Path = `${videoPath}.mp3`;
    await convertVideo(api, { videoPath, mp3Path, conversion, signal });
    assert.equal((await readFile(mp3Path)).toString("latin1", 0, 3), "ID3");
  }

  /** Uploads a WAV in parts; all but the first ones are signed now and sent when `isLate`. */
  async function sendParts(api: ApiClient, name: string, isLate: () => boolean) {
    const path = join(directory, name);
    await writeFile(
      path,
      makeWav(26_000_000, 2, () => 0.1),
    );
    const source = await FileSource.open(path);
    const send = createNodeTransport();
    let part = 0;
    const transport: Transport = async (request) => {
      if (typeof request.body === "object" && ++part > 2) await until(isLate);
      return send(request);
    };
    const { sizeBytes } = source;
    const announced = { fileName: name, sizeBytes, contentType: "audio/wav", options: conversion };
    const { jobId, upload } = await api.createUpload(announced, signal);
    assert(upload.kind === "multipart");
    await uploadMultipart(upload, () => {}, {
      source,
      transport,
      signal,
      onSentBytes() {},
      onWait() {},
      sign: (request) => api.sign(jobId, request, signal),
      // One by one, as every release's clients can.
      signParts: async ({ uploadId, partNumbers }) => {
        const parts = partNumbers.map(async (partNumber) => ({
          partNumber,
          ...(await api.sign(jobId, { method: "PUT", uploadId, partNumber }, signal)),
        }));
        return { parts: await Promise.all(parts) };
      },
    });
    return watchJob(api, jobId, signal, () => {});
  }

  test("no job is lost or converted twice, each has one email, and no request fails", async () => {
    const failures = noteFailures(outputs.ApiUrl);
    const [busy, sender, constant] = await Promise.all([createUser(), createUser(), createUser()]);
    let isDeployed = false;

    // The first to be converted, so the earlier release's converter has it when it is replaced.
    const held = convert(busy.signIn(), "held.mp4");
    await until(() => existsSync(gate.held));
    const sent = sendParts(sender.signIn(), "parts.wav", () => isDeployed);
    // Like a client that signs in, converts, and comes back, all the time.
    let visits = 0;
    const visitor = (async () => {
      for (let isLast = false; !isLast; visits++) {
        isLast = isDeployed;
        await convert(constant.signIn(), `visit-${visits}.mp4`);
      }
    })();
    const others = Promise.all([held, sent, visitor]);
    await Promise.race([until(() => visits > 0), others]);

    await Promise.race([deployThis(), others]);
    isDeployed = true;
    await writeFile(gate.open, "");
    await others;

    assert.deepEqual(failures, []);
    const versions = new Map<string, string>();
    for (const { email, signIn } of [busy, sender, constant]) {
      for (const { jobId, fileName, state } of (await signIn().listJobs({ limit: 100 })).jobs) {
        assert.equal(state, "completed", fileName);
        const conversions = await readConversions(emulator.endpoint, jobId);
        assert.equal(
          conversions.length,
          1,
          `${fileName} was converted ${conversions.length} times`,
        );
        versions.set(fileName, conversions[0]?.ffmpegPath === gate.path ? "earlier" : "this");
        const about = async () =>
          (await readMailbox(emulator.endpoint)).filter(
            ({ to, text }) => to.includes(email) && text.includes(fileName),
          );
        await eventually(async () => (await about()).at(0), PATIENCE_SECONDS);
        assert.equal((await about()).length, 1, `emails about ${fileName}`);
      }
    }
    assert.equal(versions.size, 2 + visits);
    assert.equal(versions.get("held.mp4"), "earlier");
    assert.equal(versions.get("parts.wav"), "this");
    assert.equal(versions.get("visit-0.mp4"), "earlier");
    assert.equal(versions.get(`visit-${visits - 1}.mp4`), "this");
  });
});

async function writeGate(path: string, ffmpegPath: string) {
  const [held, open] = [`${path}.held`, `${path}.open`];
  const script = [
    "#!/bin/sh",
    `if mkdir ${held} 2>/dev/null; then until [ -e ${open} ]; do sleep 0.1; done; fi`,
    `exec ${ffmpegPath} "$@"`,
  ];
  await writeFile(path, script.join("\n"));
  await chmod(path, 0o755);
  return { path, held, open };
}

/** Notes each request to the API that isn't answered, or with a server's fault. */
function noteFailures(apiUrl: string): readonly string[] {
  const failures: string[] = [];
  const plainFetch = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (!request.url.startsWith(apiUrl)) return plainFetch(request);
    const what = `${request.method} ${new URL(request.url).pathname}`;
    const answer = await plainFetch(request).catch((error: Error) => {
      failures.push(`${what}: ${error.message}`);
      throw error;
    });
    if (answer.status >= 500)
      failures.push(`${what}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
  };
  return failures;
}
