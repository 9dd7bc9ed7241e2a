import { Aws, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { PolicyStatement, type Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  BucketNamespace,
  type BucketProps,
  type CfnBucket,
  HttpMethods,
} from "aws-cdk-lib/aws-s3";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { UNFINISHED_UPLOAD_DAYS } from "../contract/upload.ts";
import { acknowledge } from "./acknowledge.ts";
import type { NodeFunction } from "./node-function.ts";
import { type Target, UNFINISHED_SOURCE_RETENTION_DAYS } from "./target.ts";

/** A source that no job needs any more has this tag: functions/storage/source-holds.ts. */
const FINISHED_TAG = { "tapedeck-job": "finished" };

/** The prefixes of the keys. All but the sources are in the results bucket. */
type Prefix =
  | "sources/"
  | "results/"
  | "covers/"
  | "jobs/"
  | "access/"
  | "usage/"
  | "settings/"
  | "holds/"
  | "feeds/";

type Content = "sources" | "results" | "site";

export interface BlobsProps {
  target: Target;
  /** The one origin whose scripts may use the presigned URLs. */
  pageOrigin: string;
}

/**
 * Creates the buckets. Sources arrive through presigned uploads; results and job records stay until
 * they expire.
 */
export class Blobs extends Construct {
  readonly sources: Bucket;
  readonly results: Bucket;
  readonly #sourcesName: string;

  constructor(scope: Construct, id: string, { target, pageOrigin }: BlobsProps) {
    super(scope, id);
    this.#sourcesName = bucketName(this, target, "sources");

    this.sources = new Bucket(this, "Sources", {
      ...privateBucket(this, target, "sources"),
      ...emptiedOnDeletion(target),
      cors: [
        {
          allowedOrigins: [pageOrigin],
          allowedMethods: [HttpMethods.PUT, HttpMethods.POST, HttpMethods.GET, HttpMethods.DELETE],
          allowedHeaders: ["content-type", "x-amz-*"],
          exposedHeaders: ["ETag"],
          maxAge: 3600,
        },
      ],
      lifecycleRules: [
        {
          id: "finished",
          tagFilters: FINISHED_TAG,
          expiration: Duration.days(target.sourceRetentionDays),
        },
        // A source becomes an object only when all of its bytes have arrived. Then its message
        // waits, in a queue or a DLQ, until its job has ended.
        {
          id: "unfinished",
          expiration: Duration.days(
            Math.max(UNFINISHED_SOURCE_RETENTION_DAYS, target.sourceRetentionDays),
          ),
        },
        {
          id: "unfinished-uploads",
          abortIncompleteMultipartUploadAfter: Duration.days(UNFINISHED_UPLOAD_DAYS),
        },
      ],
    });

    this.results = new Bucket(this, "Results", {
      ...privateBucket(this, target, "results"),
      // But not if its creation is rolled back: an empty bucket would block the next try.
      ...(target.kind === "aws" && target.protectData
        ? { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }
        : emptiedOnDeletion(target)),
      cors: [
        {
          allowedOrigins: [pageOrigin],
          allowedMethods: [HttpMethods.GET, HttpMethods.HEAD],
          allowedHeaders: ["range"],
          exposedHeaders: ["ETag", "Content-Range"],
          maxAge: 3600,
        },
      ],
      lifecycleRules: [
        {
          id: "results",
          prefix: "results/",
          expiration: Duration.days(target.resultRetentionDays),
        },
        // Without its record a redriven message could never be processed, so the record must
        // outlive the source.
        ...["jobs", "covers"].map((id) => ({
          id,
          prefix: `${id}/`,
          expiration: Duration.days(
            Math.max(UNFINISHED_SOURCE_RETENTION_DAYS, target.resultRetentionDays),
          ),
        })),
        // A hold that somebody left behind ends with the source that it holds.
        {
          id: "holds",
          prefix: "holds/",
          expiration: Duration.days(UNFINISHED_SOURCE_RETENTION_DAYS),
        },
        { id: "abandoned-uploads", abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });

    for (const bucket of [this.sources, this.results]) {
      acknowledge(bucket, {
        "AwsSolutions-S1":
          "Access logs hold presigned URLs, signatures included. The functions log which job was handed out to whom.",
      });
    }
  }

  /**
   * Each finished upload becomes one message. The bucket's own property is used because CDK's
   * notifications are a custom resource, which emulators don't run.
   */
  announceSourcesTo(queue: Queue): void {
    const permission = queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("s3.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [queue.queueArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnEquals: { "aws:SourceArn": `arn:${Aws.PARTITION}:s3:::${this.#sourcesName}` },
        },
      }),
    );
    const bucket = this.sources.node.defaultChild as CfnBucket;
    bucket.notificationConfiguration = {
      queueConfigurations: ["Put", "Post", "CompleteMultipartUpload"].map((operation) => ({
        event: `s3:ObjectCreated:${operation}`,
        queue: queue.queueArn,
        filter: { s3Key: { rules: [{ name: "prefix", value: "sources/" }] } },
      })),
    };
    // S3 sends a test message when the notification is created, and fails without the permission.
    if (permission.policyDependable) bucket.node.addDependency(permission.policyDependable);
  }

  /** Lets `user` do `actions` with the keys that begin with `prefix`. */
  allow(user: NodeFunction, prefix: Prefix, ...actions: string[]): void {
    const bucket = prefix === "sources/" ? this.sources : this.results;
    user.allow(actions, bucket.arnForObjects(`${prefix}*`));
    // Without permission to list, S3 answers 403 for a missing key instead of 404.
    if (actions.includes("s3:GetObject")) this.allowListing(user, prefix);
    const logicalId = Stack.of(bucket).getLogicalId(bucket.node.defaultChild as CfnBucket);
    acknowledge(user.role as Role, {
      [`AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}*]`]:
        "Keys hold the owner's and the job's ids; the handlers check the owner of every key they touch.",
    });
  }

  /** Lets `user` list the keys that begin with `prefix`. */
  allowListing(user: NodeFunction, prefix: Prefix): void {
    const bucket = prefix === "sources/" ? this.sources : this.results;
    user.allow(["s3:ListBucket"], bucket.bucketArn, {
      StringLike: { "s3:prefix": `${prefix}*` },
    });
  }

  /** Lets `user` find unfinished uploads. AWS has no condition on the prefix for this one. */
  allowListingUploads(user: NodeFunction, bucket: Bucket): void {
    user.allow(["s3:ListBucketMultipartUploads"], bucket.bucketArn);
  }
}

/**
 * A name that is known before the bucket exists. The page's security policy names both buckets,
 * and their CORS rules name the page: one of the two must not refer to the other.
 * On AWS, names that end in `-an` belong to this account alone, so nobody can take them first.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 */
export function bucketName(scope: Construct, target: Target, content: Content): string {
  const prefix = bucketNamePrefix(scope, content);
  return target.kind === "aws" ? `${prefix}-${Aws.ACCOUNT_ID}-${Aws.REGION}-an` : prefix;
}

const bucketNamePrefix = (scope: Construct, content: Content) =>
  `${Stack.of(scope).stackName.toLowerCase()}-${content}`;

/**
 * CloudFormation can't delete a bucket that contains objects. Emulators don't run the function that
 * empties it.
 */
const emptiedOnDeletion = (target: Target) => ({
  removalPolicy: RemovalPolicy.DESTROY,
  autoDeleteObjects: target.kind === "aws",
});

function privateBucket(scope: Construct, target: Target, content: Content): BucketProps {
  return {
    ...(target.kind === "aws"
      ? {
          bucketNamePrefix: bucketNamePrefix(scope, content),
          bucketNamespace: BucketNamespace.ACCOUNT_REGIONAL,
        }
      : { bucketName: bucketName(scope, target, content) }),
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: target.kind === "aws",
  };
}
