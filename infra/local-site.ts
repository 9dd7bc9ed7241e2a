import { RemovalPolicy } from "aws-cdk-lib";
import { BlockPublicAccess, Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { Api } from "./api.ts";
import { bucketName } from "./blobs.ts";
import type { Site } from "./site.ts";
import type { LocalTarget } from "./target.ts";

/** The page in the emulator's bucket, which anyone on this machine may read. */
export class LocalSite extends Construct implements Site {
  readonly bucket: Bucket;
  readonly origin: string;
  readonly url: string;
  readonly apiUrl: string;

  constructor(scope: Construct, id: string, { target, api }: { target: LocalTarget; api: Api }) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      bucketName: bucketName(this, target, "site"),
      websiteIndexDocument: "index.html",
      publicReadAccess: true,
      blockPublicAccess: new BlockPublicAccess({
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: false,
        restrictPublicBuckets: false,
      }),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.origin = target.pageOrigin;
    this.url = `${target.publicEndpoint}/${this.bucket.bucketName}/index.html`;
    this.apiUrl = api.url;
  }
}
