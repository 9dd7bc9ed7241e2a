import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import { createJobId } from "../../functions/storage/job.ts";

const OBSERVABILITY = join(import.meta.dirname, "../../functions/runtime/observability.ts");
const TRACE = "1-5759e988-bd862e3fe1be46a994272793";

const Segment = z.object({
  name: z.string(),
  trace_id: z.string(),
  annotations: z.record(z.string(), z.unknown()),
});

test("a function's trace is found by its job, as X-Ray's daemon gets it", async (t) => {
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
      PATH: process.env.PATH,
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      LAMBDA_TASK_ROOT: "/var/task",
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      _X_AMZN_TRACE_ID: `Root=${TRACE};Parent=53995c3f42cd8ad8;Sampled=1`,
    },
  });
  await once(child, "exit");
  const [datagram] = await received;
  // A line that names the protocol, and a line of JSON.
  const [, json = ""] = String(datagram).split("\n");
  const segment = Segment.parse(JSON.parse(json));
  assert.deepEqual(segment, { name: "job", trace_id: TRACE, annotations: { jobId } });
});
