import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CloudFormationClient, ListStacksCommand } from "@aws-sdk/client-cloudformation";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../harness/browser.ts";
import { apiUrl, awsConfig, invokeUsers, stack } from "../harness/stack.ts";

const endpoint = new URL(stack.endpoint ?? "http://no-emulator.invalid");
const REBOUND = "rebound.example";
const INTRUDER = "intruder@example.org";

/** What any page can send without a preflight: "simple" requests, and navigations. */
const QUERIES = [
  "Action=CreateQueue&QueueName=intruder",
  "Action=CreateUser&UserName=intruder&Version=2010-05-08",
  new URLSearchParams({
    Action: "CreateStack",
    StackName: "intruder",
    TemplateBody: JSON.stringify({
      Resources: { Intruder: { Type: "AWS::S3::Bucket", Properties: { BucketName: "intruder" } } },
    }),
  }).toString(),
];
const INVOCATION = {
  path: `/2015-03-31/functions/${stack.outputs.UsersFunctionName}/invocations`,
  body: JSON.stringify({ action: "create", email: INTRUDER, password: "let me in, please" }),
};

/** Lists everything that the requests below would have created. */
async function listWhatIsThere(): Promise<string[]> {
  const clients = {
    lambda: new LambdaClient(awsConfig),
    queues: new SQSClient(awsConfig),
    s3: new S3Client({ ...awsConfig, forcePathStyle: true }),
    stacks: new CloudFormationClient(awsConfig),
  };
  const [functions, queues, buckets, stacks, users, people] = await Promise.all([
    clients.lambda.send(new ListFunctionsCommand({ MaxItems: 1000 })),
    clients.queues.send(new ListQueuesCommand({ MaxResults: 1000 })),
    clients.s3.send(new ListBucketsCommand({})),
    clients.stacks.send(new ListStacksCommand({})),
    fetch(new URL("/?Action=ListUsers&Version=2010-05-08", endpoint)).then((r) => r.text()),
    invokeUsers({ action: "list" }),
  ]);
  for (const client of Object.values(clients)) client.destroy();
  const names = [
    ...(functions.Functions ?? []).map(({ FunctionName }) => `function ${FunctionName}`),
    ...(queues.QueueUrls ?? []).map((url) => `queue ${url}`),
    ...(buckets.Buckets ?? []).map(({ Name }) => `bucket ${Name}`),
    ...(stacks.StackSummaries ?? []).map(({ StackName }) => `stack ${StackName}`),
    ...[...users.matchAll(/<UserName>(.*?)</g)].map(([, name]) => `user ${name}`),
    `people ${JSON.stringify(people)}`,
  ];
  return names.filter((name) => name.includes("intruder"));
}

const attack = await readFile(join(import.meta.dirname, "foreign-page/attack.js"), "utf8");
const run = (page: Page, name: string, options: object): Promise<unknown> =>
  page.evaluate(`${name}(${JSON.stringify({ target: endpoint.origin, ...options })})`);

describe("a page of another origin", { skip: !stack.endpoint && "AWS checks credentials" }, () => {
  const foreign = createServer(({ url }, response) => {
    const isScript = url === "/attack.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? attack : "<!doctype html><body><script src=/attack.js></script>");
  });
  let browser: Browser;
  let port: number;

  before(async () => {
    foreign.listen(0, "127.0.0.1");
    await once(foreign, "listening");
    ({ port } = foreign.address() as AddressInfo);
    browser = await launchBrowser([`--host-resolver-rules=MAP *.example 127.0.0.1`]);
  });
  after(async () => {
    await browser?.close();
    foreign.close();
  });

  async function openPage(url: string): Promise<Page> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  /** Navigates like a click on a link. */
  const follow = (page: Page, url: string) =>
    page.evaluate(`setTimeout(() => location.assign(${JSON.stringify(url)}))`);

  for (const host of ["127.0.0.1", "localhost", "foreign.example"]) {
    test(`creates and invokes nothing from ${host} on another port`, async () => {
      const page = await openPage(`http://${host}:${port}/`);
      await run(page, "sendByScript", { queries: QUERIES, invocation: INVOCATION });
      assert.deepEqual(await listWhatIsThere(), []);
      await page.context().close();
    });
  }

  test("creates and invokes nothing by a name that leads here (DNS rebinding)", async () => {
    const page = await openPage(`http://${REBOUND}:${endpoint.port}/`);
    const send = (path: string, init: object) =>
      page.evaluate(
        `fetch(${JSON.stringify(path)}, ${JSON.stringify(init)}).then((r) => r.status)`,
      );
    assert.equal(await send(INVOCATION.path, { method: "POST", body: INVOCATION.body }), 403);
    for (const query of QUERIES) assert.equal(await send(`/?${query}`, {}), 403);
    assert.deepEqual(await listWhatIsThere(), []);
    await page.context().close();
  });

  test("creates nothing with a form, a sandboxed frame (Origin: null), a frame or a link", async () => {
    const page = await openPage(`http://localhost:${port}/`);
    for (const query of QUERIES) {
      await run(page, "sendByFrame", { query });
      const url = `${endpoint.origin}/`;
      await Promise.all([page.waitForURL(url), run(page, "leaveByForm", { query })]);
      await page.goBack();
      const called = `${url}?${query}`;
      await Promise.all([page.waitForURL(called), follow(page, called)]);
      await page.goBack();
    }
    assert.deepEqual(await listWhatIsThere(), []);
    await page.context().close();
  });

  test("may lead people to the page and, as an email does, to the API's download", async () => {
    const page = await openPage(`http://foreign.example:${port}/`);
    const open = async (url: string) => {
      const [response] = await Promise.all([
        page.waitForResponse((answer) => answer.url() === url),
        page.waitForURL(url),
        follow(page, url),
      ]);
      await page.goBack();
      return response.status();
    };
    assert.equal(await open(stack.outputs.SiteUrl ?? ""), 200);
    assert.equal(await open(`${apiUrl}/download?token=none`), 401);
    await page.context().close();
  });
});
