import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { suite, test } from "node:test";
import { z } from "zod";
import { createJobId } from "../../contract/job-id.ts";

const FUNCTIONS = join(import.meta.dirname, "../../functions");
const OBSERVABILITY = join(FUNCTIONS, "runtime/observability.ts");
const QUEUE = join(FUNCTIONS, "storage/sqs-queue.ts");
const SQS = import.meta.resolve("@aws-sdk/client-sqs");
const TRACE = "1-5759e988-bd862e3fe1be46a994272793";

/** The environment of an invocation whose trace is sampled. */
const INVOCATION = {
  PATH: process.env.PATH,
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_NAME: "converter",
  LAMBDA_TASK_ROOT: "/var/task",
  _X_AMZN_TRACE_ID: `Root=${TRACE};Parent=53995c3f42cd8ad8;Sampled=1`,
};

const Segment = z.object({
  name: z.string(),
  trace_id: z.string(),
  annotations: z.record(z.string(), z.unknown()),
});

// Each starts a process of its own.
suite("tracing", { concurrency: true }, () => {
  test("the trace that X-Ray's daemon gets can be found by its job", async (t) => {
    const daemon = createSocket("udp4").bind(0, "127.0.0.1");
    t.after(() => daemon.close());
    await once(daemon, "listening");
    const received = once(daemon, "message", { signal: AbortSignal.timeout(20_000) });
    const jobId = createJobId();
    const script = `
    const { annotateJob } = await import(${JSON.stringify(OBSERVABILITY)});
    annotateJob(${JSON.stringify(jobId)});
  `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: "ignore",
      env: {
        ...INVOCATION,
        AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      },
    });
    await once(child, "exit");
    const [datagram] = await received;
    // The first line names the protocol, and the second is JSON.
    const [, json = ""] = String(datagram).split("\n");
    const segment = Segment.parse(JSON.parse(json));
    assert.deepEqual(segment, { name: "job", trace_id: TRACE, annotations: { jobId } });
  });

  test("a queue's message carries the trace, so that X-Ray links its receiver", async (t) => {
    const server = createServer((_, answer) => void answer.end("{}")).listen(0, "127.0.0.1");
    t.after(() => server.close());
    await once(server, "listening");
    const received = once(server, "request", { signal: AbortSignal.timeout(20_000) });
    const { port } = server.address() as AddressInfo;
    const endpoint = `http://127.0.0.1:${port}`;
    const script = `
    const { SQSClient } = await import(${JSON.stringify(SQS)});
    const { createPublisher } = await import(${JSON.stringify(QUEUE)});
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const sqs = new SQSClient({ endpoint: "${endpoint}", region: "eu-west-1", credentials });
    await createPublisher(sqs, "${endpoint}/mp3s")({ jobId: "j" });
  `;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      stdio: "ignore",
      env: INVOCATION,
    });
    const [request]: IncomingMessage[] = await received;
    await once(child, "exit");
    assert.match(
      String(request?.headers["x-amzn-trace-id"]),
      new RegExp(`Root=${TRACE};.*Sampled=1`),
    );
  });
});
