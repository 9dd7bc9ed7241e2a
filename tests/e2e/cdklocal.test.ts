import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Browser } from "playwright-core";
import { invokeFunction } from "../../deployed/invoke-function.ts";
import { emulatorConfig, readStackOutputs, type StackOutputs } from "../../deployed/stack.ts";
import { resolveFfmpeg } from "../../layers/ffmpeg/resolve.ts";
import { runCommand } from "../../localstack/child.ts";
import { type Emulator, endpointAt, startEmulator } from "../../localstack/emulator.ts";
import { findFreePort } from "../../localstack/ports.ts";
import { type Database, startPostgres } from "../../localstack/postgres.ts";
import { findPython } from "../../localstack/python.ts";
import { openSecrets } from "../../localstack/secrets.ts";
import { launchBrowser } from "../harness/browser.ts";
import { convertButton, filePicker, openOptions, readMp3, signIn } from "./page-fixture.ts";
import { makeVideo } from "./page-videos.ts";

/** Only the browser can resolve this name, at which plain http isn't a secure context. */
const HOST = "tapedeck.test";

/**
 * Runs its own emulator under its own name, with one public address for the API, the page and presigned
 * URLs. It is deployed as by people who know the CDK and not our scripts.
 */
suite("npx cdklocal, at an address without https", () => {
  let directory: string;
  let emulator: Emulator;
  let database: Database;
  let browser: Browser;
  let publicEndpoint: string;
  let outputs: StackOutputs;
  let printed: string;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "tapedeck-cdklocal-"));
    const port = await findFreePort();
    publicEndpoint = `http://${HOST}:${port}`;
    process.env.TAPEDECK_PUBLIC_ENDPOINT = publicEndpoint;
    const python = await findPython();
    const secrets = await openSecrets(directory);
    const onInstall = () => {};
    [database, emulator, browser] = await Promise.all([
      startPostgres({ stateDir: directory, secrets, python }),
      startEmulator({ stateDir: directory, port, python, onInstall }),
      launchBrowser([
        `--host-resolver-rules=MAP ${HOST} 127.0.0.1`,
        "--disable-features=HttpsUpgrades",
      ]),
    ]);
    const endpoint = endpointAt(port);
    env = {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      DATABASE_URL: database.url,
      TAPEDECK_FFMPEG_PATH: (await resolveFfmpeg()).path,
    };
    const output = ["--output", join(directory, "cdk.out")];
    await runCommand("npx", ["cdklocal", "bootstrap", ...output], { env });
    printed = await runCommand(
      "npx",
      ["cdklocal", "deploy", "--require-approval", "never", ...output],
      { env },
    );
    outputs = (await readStackOutputs(emulatorConfig(endpoint))) ?? assert.fail("no stack");
  });
  after(async () => {
    await browser?.close();
    await Promise.all([emulator?.stop(), database?.stop()]);
    await rm(directory, { recursive: true, force: true });
  });

  test("the line it prints at the end finishes the deployment", async () => {
    const [program = "", ...words] = /NextStep = (.+)/.exec(printed)?.[1]?.split(" ") ?? [];
    const finished = await runCommand(program, words, { env });
    assert.match(finished, new RegExp(`SiteUrl = ${publicEndpoint}/`));
  });

  test("the page says that the address isn't secure, sends the whole video and gets the MP3", async () => {
    const user = { email: "user@example.org", password: randomBytes(15).toString("base64url") };
    const config = emulatorConfig(emulator.endpoint);
    const create = { action: "create", role: "user", ...user };
    await invokeFunction(config, outputs.UsersFunctionName, create);
    const siteUrl = outputs.SiteUrl ?? assert.fail("no page");
    assert.ok(siteUrl.startsWith(publicEndpoint));
    const video = join(directory, "talk.mp4");
    await makeVideo(video, 5);

    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
    await signIn(page, { siteUrl, user });
    assert.equal(await page.evaluate("isSecureContext"), false);
    await page.getByText("This page was loaded over plain http").waitFor();
    await filePicker(page).setInputFiles(video);
    await (await openOptions(page, "talk.mp4")).getByText("so the whole video is sent").waitFor();
    await convertButton(page).click();
    const mp3 = await readMp3(page, "talk.mp4");
    assert.equal(mp3.toString("latin1", 0, 3), "ID3");
    assert.deepEqual(errors, []);
  });
});
