import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Bucket, CfnBucket, IBucket } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import type { Construct } from "constructs";
import { acknowledge } from "./acknowledge.ts";
import type { Api } from "./api.ts";

/**
 * Uploads the page's build with the deployment. Files under assets/ have a hash in their names, so
 * a page that is open still finds its own.
 */
export function publishPage(
  scope: Construct,
  bucket: Bucket,
  pageDirectory: string,
  api: Api,
): void {
  const shared = {
    destinationBucket: bucket as IBucket,
    prune: false,
    logGroup: new LogGroup(scope, "PublishLogs", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
  };
  const assets = new BucketDeployment(scope, "Assets", {
    ...shared,
    sources: [Source.asset(pageDirectory, { exclude: ["**", "!assets/**"] })],
    cacheControl: [
      CacheControl.setPublic(),
      CacheControl.maxAge(Duration.days(365)),
      CacheControl.immutable(),
    ],
  });
  const page = new BucketDeployment(scope, "Page", {
    ...shared,
    sources: [Source.asset(pageDirectory, { exclude: ["assets/**"] })],
    cacheControl: [CacheControl.noCache()],
  });
  // The routes must be deployed before a page that calls them.
  page.node.addDependency(assets, api.stage);

  acknowledgeDeployer(page, bucket);
}

/** The CDK's own function copies the page. It runs only during a deployment. */
function acknowledgeDeployer(deployment: BucketDeployment, site: Bucket): void {
  const { handlerRole } = deployment;
  const siteId = Stack.of(site).getLogicalId(site.node.defaultChild as CfnBucket);
  const reason = "CDK writes this policy: it copies from its own assets to the page's bucket.";
  acknowledge(handlerRole.node.scope as Construct, {
    "AwsSolutions-L1": "CDK chooses the runtime of its own function.",
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]":
      reason,
    ...Object.fromEntries(
      [
        "Action::s3:GetBucket*",
        "Action::s3:GetObject*",
        "Action::s3:List*",
        "Action::s3:Abort*",
        "Action::s3:DeleteObject*",
        `Resource::arn:<AWS::Partition>:s3:::cdk-${Stack.of(site).synthesizer.bootstrapQualifier}-assets-<AWS::AccountId>-<AWS::Region>/*`,
        `Resource::<${siteId}.Arn>/*`,
      ].map((finding) => [`AwsSolutions-IAM5[${finding}]`, reason]),
    ),
  });
}
