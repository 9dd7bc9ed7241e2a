import type { Bucket } from "aws-cdk-lib/aws-s3";

/** The page people use. */
export interface Site {
  readonly bucket: Bucket;
  /** Scheme, host and port, as browsers send it. */
  readonly origin: string;
  readonly url: string;
  /** The API's address for links in emails. */
  readonly apiUrl: string;
}
