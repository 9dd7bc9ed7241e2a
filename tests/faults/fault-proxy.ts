import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What can happen to a call between a function and the emulator. */
const CALL_FAULTS = [
  /** It is answered with 503 and doesn't arrive. */
  "failed",
  /** It arrives late. */
  "stalled",
  /** The connection breaks before it arrives. */
  "reset",
  /** It takes effect, and the connection breaks before the answer. */
  "answer lost",
  /** A message is sent twice. */
  "message doubled",
] as const;
type CallFault = (typeof CALL_FAULTS)[number];

const STALL_MILLISECONDS = 2000;

export interface FaultProxy {
  readonly endpoint: string;
  /** How many calls there were, and how often each fault happened. */
  readonly calls: number;
  readonly counts: ReadonlyMap<CallFault, number>;
  /** The recipients of each email that SES took. The emulator's mailbox forgets when it restarts. */
  readonly emails: readonly string[][];
  /** Emails that were sent and not confirmed: the sender can't know, and sends them again. */
  readonly unconfirmedEmails: number;
  /** Lets this share of the calls meet a fault from now on. */
  harm(share: number): void;
  close(): Promise<void>;
}

/**
 * Starts a proxy between the functions and the emulator at `target`. It does no harm until it is switched
 * on.
 *
 * @param pick returns a new number in [0, 1) each time.
 * @param hurry divides the waits of 15 s and its multiples that functions ask SQS for.
 */
export async function startFaultProxy(options: {
  target: string;
  pick: () => number;
  hurry: number;
}): Promise<FaultProxy> {
  const { pick, hurry } = options;
  const target = new URL(options.target);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const counts = new Map<CallFault, number>(CALL_FAULTS.map((fault) => [fault, 0]));
  let share = 0;
  let calls = 0;
  let unconfirmedEmails = 0;
  const emails: string[][] = [];

  function forward(call: IncomingMessage, body: Buffer) {
    return new Promise<{ answer: IncomingMessage; body: Buffer }>((resolve, reject) => {
      const { expect: _, "transfer-encoding": __, ...sent } = call.headers;
      // The host stays as it is, because a presigned URL's signature covers it.
      const headers = { ...sent, "content-length": body.length };
      const { method, url: path } = call;
      const { hostname: host, port } = target;
      const forwarded = request({ host, port, method, path, headers, agent }, (answer) => {
        readBody(answer).then((answerBody) => resolve({ answer, body: answerBody }), reject);
      });
      forwarded.on("error", reject).end(method === "GET" || method === "HEAD" ? undefined : body);
    });
  }

  function chooseFault(call: IncomingMessage): CallFault | undefined {
    if (pick() >= share) return undefined;
    const isSending = call.headers["x-amz-target"] === "AmazonSQS.SendMessage";
    const possible = CALL_FAULTS.filter((fault) => fault !== "message doubled" || isSending);
    const fault = possible[Math.floor(pick() * possible.length)] ?? "failed";
    counts.set(fault, (counts.get(fault) ?? 0) + 1);
    return fault;
  }

  async function handle(call: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = hurryUp(call, await readBody(call), hurry);
    calls += 1;
    const fault = chooseFault(call);
    if (fault === "failed") {
      response.writeHead(503, { "content-type": "text/plain" }).end("Slow down");
      return;
    }
    if (fault === "reset") throw new Error("reset");
    if (fault === "stalled") await sleep(STALL_MILLISECONDS);
    if (fault === "message doubled") await forward(call, body);
    const { answer, body: answerBody } = await forward(call, body);
    const recipients = answer.statusCode === 200 ? readRecipients(body) : undefined;
    if (recipients) emails.push(recipients);
    if (fault === "answer lost") {
      if (recipients) unconfirmedEmails += 1;
      throw new Error("answer lost");
    }
    const { "transfer-encoding": _, connection: __, ...headers } = answer.headers;
    if (call.method !== "HEAD") headers["content-length"] = String(answerBody.length);
    response.writeHead(answer.statusCode ?? 502, headers).end(answerBody);
  }

  const server = createServer((call, response) => {
    handle(call, response).catch(() => call.socket.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port was given.");
  return {
    // The host is a name, because the emulator takes addresses in its saved state for its own and changes their port.
    endpoint: `http://localhost:${address.port}`,
    counts,
    emails,
    get calls() {
      return calls;
    },
    get unconfirmedEmails() {
      return unconfirmedEmails;
    },
    harm(newShare) {
      share = newShare;
    },
    async close() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** Reads the recipients of a call to SES's SendRawEmail. */
function readRecipients(body: Buffer): string[] | undefined {
  const form = new URLSearchParams(body.length < 1_000_000 ? body.toString() : "");
  if (form.get("Action") !== "SendRawEmail") return undefined;
  return [...form].filter(([name]) => /^Destinations\.member/.test(name)).map(([, value]) => value);
}

/** Retries come after 15 s, 30 s, 60 s and so on. The lease, which the functions measure, isn't one of these. */
function hurryUp(call: IncomingMessage, body: Buffer, hurry: number): Buffer {
  if (call.headers["x-amz-target"] !== "AmazonSQS.ChangeMessageVisibility") return body;
  return Buffer.from(
    body
      .toString()
      .replace(/("VisibilityTimeout":)(\d+)/, (whole, name: string, digits: string) => {
        const seconds = Number(digits);
        return seconds % 15 === 0 ? `${name}${Math.ceil(seconds / hurry)}` : whole;
      }),
  );
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
