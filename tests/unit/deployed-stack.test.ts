import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import { emulatorConfig, readStackOutputs } from "../../deployed/stack.ts";

const OUTPUTS = {
  ApiUrl: "https://tapes.test/api",
  SourceBucketName: "sources",
  ResultBucketName: "results",
  VideoQueueUrl: "https://sqs.test/videos",
  VideoDlqUrl: "https://sqs.test/given-up-videos",
  ParkedVideosUrl: "https://sqs.test/parked-videos",
  ParkedEmailsUrl: "https://sqs.test/parked-emails",
  Mp3QueueUrl: "https://sqs.test/mp3s",
  Mp3DlqUrl: "https://sqs.test/unsent-mp3s",
  MigrateFunctionName: "migrate",
  UsersFunctionName: "users",
  SenderAddress: "tapes@example.org",
};

/** Returns CloudFormation's description of a stack in `status`. */
const describeStack = (status: string) => `
  <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <DescribeStacksResult><Stacks><member>
      <StackName>Tapedeck</StackName><StackStatus>${status}</StackStatus>
      <CreationTime>2026-01-01T00:00:00Z</CreationTime>
      <Outputs>${Object.entries(OUTPUTS)
        .map(
          ([key, value]) =>
            `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
        )
        .join("")}</Outputs>
    </member></Stacks></DescribeStacksResult>
  </DescribeStacksResponse>`;

suite("npm run users, convert and redrive", () => {
  let status = "";
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "text/xml");
    answer.end(describeStack(status));
  });
  before(() => once(server.listen(0, "127.0.0.1"), "listening"));
  after(() => void server.close());

  const find = (stackStatus: string) => {
    status = stackStatus;
    const { port } = server.address() as AddressInfo;
    return readStackOutputs(emulatorConfig(`http://127.0.0.1:${port}`));
  };

  for (const complete of [
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
  ]) {
    test(`use a stack in ${complete}`, async () => {
      assert.deepEqual(await find(complete), OUTPUTS);
    });
  }
  for (const incomplete of ["CREATE_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS"]) {
    test(`refuse a stack in ${incomplete}`, async () => {
      assert.equal(await find(incomplete), undefined);
    });
  }
});
