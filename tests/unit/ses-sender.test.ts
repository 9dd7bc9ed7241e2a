import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { type SESClient, SendEmailCommand } from "@aws-sdk/client-ses";
import PostalMime from "postal-mime";
import { composeEmail } from "../../functions/notifier/email.ts";
import { createSesClients } from "../../functions/notifier/ses-clients.ts";
import { createSesSender } from "../../functions/notifier/ses-sender.ts";
import { makeJob } from "../fakes/jobs.ts";

/** The requests that the server in place of SES has received. */
const received: URLSearchParams[] = [];
type Answer = (response: ServerResponse) => unknown;
const accept: Answer = (response) =>
  response.end(
    "<SendRawEmailResponse><SendRawEmailResult><MessageId>1</MessageId></SendRawEmailResult></SendRawEmailResponse>",
  );
let answer: Answer = accept;
const server = createServer(async (request, response) => {
  received.push(new URLSearchParams(Buffer.concat(await Array.fromAsync(request)).toString()));
  answer(response);
});

before(() => new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening)));
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received.length = 0;
  answer = accept;
});

/** For a server that answers, but may be slow on a busy machine. */
const PATIENCE_MILLISECONDS = 60_000;
/** For a server that never answers. */
const IMPATIENCE_MILLISECONDS = 100;

const config = () => {
  const address = server.address();
  assert(address && typeof address === "object");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: { requestTimeout: PATIENCE_MILLISECONDS, throwOnRequestTimeout: true },
  };
};

const createSender = (createClient = createSesClients(config())) =>
  createSesSender({ createClient, sender: "tapedeck@example.org", configurationSet: "sending" });

const UNSUBSCRIBE = `https://tapes.test/prod/unsubscribe?token=${"a".repeat(400)}`;

const emailFor = (subject: string) => ({
  subject,
  text: `${subject}, text`,
  html: `<p>${subject}`,
  unsubscribe: UNSUBSCRIBE,
});

const recipients = (request: URLSearchParams | undefined) =>
  [...(request ?? [])].filter(([name]) => name.startsWith("Destination")).map(([, value]) => value);

/** Parses a request's message, as a mail program would. */
function readMessage(request: URLSearchParams | undefined) {
  const [data = "", ...others] = request?.getAll("RawMessage.Data") ?? [];
  assert.equal(others.length, 0);
  return PostalMime.parse(Buffer.from(data, "base64"));
}

async function assertOnlyTo(request: URLSearchParams | undefined, to: string, subject: string) {
  assert.deepEqual(recipients(request), [to]);
  assert.deepEqual(request?.getAll("Action"), ["SendRawEmail"]);
  const message = await readMessage(request);
  assert.deepEqual(
    message.to?.map(({ address }) => address),
    [to],
  );
  assert.deepEqual([message.cc, message.bcc], [undefined, undefined]);
  assert.equal(message.subject, subject);
  assert.equal(message.text?.trim(), `${subject}, text`);
  assert.equal(message.html?.trim(), `<p>${subject}`);
}

test("a title of 130 letters and an emoji arrives whole, and only at its owner", async () => {
  const send = createSender();
  const links = {
    download: "https://tapes.test/download?token=first",
    downloadEndsAt: new Date(),
    keptUntil: new Date(),
    page: "https://tapes.test",
    unsubscribe: "https://tapes.test/unsubscribe?token=u",
  };
  for (const letters of [127, 128, 129, 130, 131, 148, 149, 150]) {
    const title = `${"a".repeat(letters)}😀 and more`;
    const job = makeJob({
      state: "completed",
      result: { title, durationSeconds: 1, sizeBytes: 1 },
    });
    await send("first@example.org", composeEmail(job, links, "en"));
    assert.deepEqual(recipients(received.at(-1)), ["first@example.org"]);
    await send("second@example.org", emailFor("Second"));
    await assertOnlyTo(received.at(-1), "second@example.org", "Second");
  }
  assert.equal(received.length, 16);
});

test("mail programs can offer to unsubscribe with one click", async () => {
  await createSender()("first@example.org", emailFor("Übung, 1"));
  const { headers, from } = await readMessage(received[0]);
  const read = (key: string) => headers.find((header) => header.key === key)?.value;
  assert.equal(read("list-unsubscribe"), `<${UNSUBSCRIBE}>`);
  assert.equal(read("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
  assert.equal(read("auto-submitted"), "auto-generated");
  assert.deepEqual(from, { name: "Tapedeck", address: "tapedeck@example.org" });
});

test("an address that contains a comma is one recipient", async () => {
  const to = '"first, second"@example.org';
  await createSender()(to, emailFor("First"));
  assert.deepEqual(recipients(received[0]), [to]);
  assert.equal((await readMessage(received[0])).to?.length, 1);
});

test("half a character in any part of an email neither stops it nor leaks into another", async () => {
  const send = createSender();
  const half = "\ud83d";
  await send("first@example.org", { ...emailFor(half), text: half, html: half });
  const { subject, text } = await readMessage(received[0]);
  assert.deepEqual([subject, text?.trim()], ["\ufffd", "\ufffd"]);
  await send("second@example.org", emailFor("Second"));
  await assertOnlyTo(received[1], "second@example.org", "Second");
});

/** The SDK's request handler for Node. */
type HttpHandler = { updateHttpClientConfig(name: "requestTimeout", milliseconds: number): void };
type Step = "initialize" | "serialize" | "build" | "finalizeRequest";

/** What goes wrong with the first email before the same sender sends a second. */
interface Fault {
  what: string;
  to?: string;
  answer?: Answer;
  step?: Step;
  error: RegExp;
}
const silence: Answer = () => {};
const faults: Fault[] = [
  // Recipients are passed on as they are, so this one makes the serializer throw.
  { what: "the serializer throws", to: "first\ud83d@example.org", error: /URIError/ },
  ...(["initialize", "serialize", "build", "finalizeRequest"] as const).map((step) => ({
    what: `middleware throws at the step ${step}`,
    step,
    error: /broken/,
  })),
  {
    what: "the connection is reset",
    answer: (response) => response.socket?.resetAndDestroy(),
    error: /ECONNRESET/,
  },
  { what: "no answer comes", answer: silence, error: /TimeoutError/ },
  ...[400, 403, 500, 503].map((status) => ({
    what: `SES answers with ${status}`,
    answer: (response: ServerResponse) =>
      response
        .writeHead(status)
        .end("<ErrorResponse><Error><Code>MessageRejected</Code></Error></ErrorResponse>"),
    error: /MessageRejected/,
  })),
  { what: "the answer isn't XML", answer: (response) => response.end("<<<"), error: /./ },
];

for (const { what, to = "first@example.org", answer: failing = accept, step, error } of faults) {
  test(`when ${what}, the next email goes to its own recipient alone`, async () => {
    const createClient = createSesClients(config());
    let isBroken = true;
    const send = createSender(() => {
      const client = createClient();
      // All of its clients share their connections.
      const { requestHandler } = client.config as unknown as { requestHandler: HttpHandler };
      requestHandler.updateHttpClientConfig(
        "requestTimeout",
        answer === silence ? IMPATIENCE_MILLISECONDS : PATIENCE_MILLISECONDS,
      );
      if (isBroken && step) {
        // The type is that of one step, but the middleware is called the same way at each.
        client.middlewareStack.add(() => () => Promise.reject(new Error("broken")), {
          step: step as "initialize",
        });
      }
      return client;
    });
    answer = failing;
    await assert.rejects(send(to, emailFor("First")), (thrown) => error.test(`${thrown}`));

    isBroken = false;
    answer = accept;
    await send("second@example.org", emailFor("Second"));
    await assertOnlyTo(received.at(-1), "second@example.org", "Second");
  });
}

test("a request that contains somebody else's address isn't sent", async () => {
  const strangers: ((client: SESClient) => unknown)[] = [
    // This client's serializer still holds the first half of another email.
    (client) =>
      assert.rejects(
        client.send(
          new SendEmailCommand({
            Source: "tapedeck@example.org",
            Destination: { ToAddresses: ["first@example.org"] },
            Message: { Subject: { Data: "\ud83d" }, Body: {} },
          }),
        ),
        URIError,
      ),
    (client) => rewriteBody(client, (body) => `${body}&Destinations.member.2=first`),
    (client) => rewriteBody(client, (body) => body.replace("second%40", "first%40")),
    (client) => rewriteBody(client, (body) => body.replaceAll("Destinations", "Nowhere")),
    (client) => rewriteBody(client, (body) => `${body}&RawMessage.Data=Rmlyc3Q`),
    (client) => rewriteBody(client, (body) => body.replace("RawMessage.Data=", "$&Rmlyc3Q")),
  ];
  for (const poison of strangers) {
    const client = createSesClients(config())();
    await poison(client);
    const sending = createSender(() => client)("second@example.org", emailFor("Second"));
    await assert.rejects(sending, /exactly one recipient|another message/);
  }
  assert.equal(received.length, 0);
});

const rewriteBody = (client: SESClient, rewrite: (body: string) => string) =>
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body: string };
      request.body = rewrite(request.body);
      return next(args);
    },
    { step: "build" },
  );
