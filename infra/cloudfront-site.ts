import { existsSync } from "node:fs";
import { Aws, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  S3OriginAccessControl,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { AaaaRecord, ARecord, HostedZone, RecordTarget } from "aws-cdk-lib/aws-route53";
import { CloudFrontTarget } from "aws-cdk-lib/aws-route53-targets";
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { PAGE_STYLE_SOURCE } from "../functions/runtime/html-page.ts";
import { acknowledge } from "./acknowledge.ts";
import type { Api } from "./api.ts";
import { bucketName } from "./blobs.ts";
import { publishPage } from "./publish-page.ts";
import type { Site } from "./site.ts";
import type { AwsTarget } from "./stage.ts";

export interface CloudFrontSiteProps {
  target: AwsTarget;
  api: Api;
  /** The page's build; published if it exists. */
  pageDirectory: string;
}

/** The page on CloudFront, with the API under /api on the same origin. */
export class CloudFrontSite extends Construct implements Site {
  readonly bucket: Bucket;
  readonly origin: string;
  readonly url: string;
  readonly apiUrl: string;

  constructor(scope: Construct, id: string, { target, api, pageDirectory }: CloudFrontSiteProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Bucket", {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    const shared = {
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      responseHeadersPolicy: this.#createHeaders(target),
      compress: true,
    };
    const distribution = new Distribution(this, "Distribution", {
      comment: "Tapedeck",
      defaultRootObject: "index.html",
      httpVersion: HttpVersion.HTTP2_AND_3,
      ...(target.domain && {
        domainNames: [target.domain.name],
        certificate: Certificate.fromCertificateArn(
          this,
          "Certificate",
          target.domain.certificateArn,
        ),
        // CloudFront's own domain name can't have a minimum TLS version.
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      }),
      priceClass: PriceClass.PRICE_CLASS_100,
      // CloudFront keeps errors for 10 s: one person's 404 would be everyone's.
      errorResponses: ERROR_STATUSES.map((httpStatus) => ({
        httpStatus,
        ttl: Duration.seconds(0),
      })),
      defaultBehavior: {
        ...shared,
        // The CDK's classes don't fit their own interfaces under exactOptionalPropertyTypes.
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket as IBucket, {
          originAccessControl: new S3OriginAccessControl(this, "AccessControl", {
            originAccessControlName: nameInAccount(this),
          }),
        }),
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
      },
      additionalBehaviors: {
        "/api/*": {
          ...shared,
          origin: new HttpOrigin(api.host, {
            originPath: api.basePath,
            ...(api.frontDoorKey && { customHeaders: { "x-api-key": api.frontDoorKey } }),
          }),
          allowedMethods: AllowedMethods.ALLOW_ALL,
          cachePolicy: CachePolicy.CACHING_DISABLED,
          originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
          functionAssociations: [
            {
              eventType: FunctionEventType.VIEWER_REQUEST,
              function: new EdgeFunction(this, "ToApi", {
                runtime: FunctionRuntime.JS_2_0,
                code: FunctionCode.fromInline(TO_API),
              }),
            },
          ],
        },
      },
    });
    this.origin = `https://${target.domain?.name ?? distribution.distributionDomainName}`;
    if (target.domain) this.#nameSite(target.domain, distribution);
    this.url = `${this.origin}/`;
    this.apiUrl = `${this.origin}/api`;
    if (existsSync(pageDirectory)) publishPage(this, this.bucket, pageDirectory, api);

    acknowledge(distribution, {
      "AwsSolutions-CFR1": "People may travel; nothing here depends on a country.",
      "AwsSolutions-CFR2":
        "Behind it are throttling, the limit on failed logins, the token check and, if the stage has one, the API's own firewall.",
      "AwsSolutions-CFR3":
        "CloudFront's logs hold query strings, and so the download tokens of emails. The API's access log has the requests.",
      ...(!target.domain && {
        "AwsSolutions-CFR4":
          "CloudFront's own domain name has its own certificate and minimum TLS version.",
      }),
    });
    acknowledge(this.bucket, {
      "AwsSolutions-S1": "The page is public, and it is nobody's business who reads it.",
    });
  }

  /**
   * Points the name at the distribution if the zone is in Route 53. Otherwise an output says what
   * to do.
   */
  #nameSite(
    { name, hostedZone }: NonNullable<AwsTarget["domain"]>,
    distribution: Distribution,
  ): void {
    if (hostedZone === undefined) {
      const value = `${name} CNAME ${distribution.distributionDomainName}`;
      new CfnOutput(Stack.of(this), "SiteDnsRecord", { value });
      return;
    }
    const zone = HostedZone.fromHostedZoneAttributes(this, "Zone", {
      hostedZoneId: hostedZone.id,
      zoneName: hostedZone.name,
    });
    const target = RecordTarget.fromAlias(new CloudFrontTarget(distribution));
    new ARecord(this, "Name", { zone, recordName: `${name}.`, target });
    new AaaaRecord(this, "NameV6", { zone, recordName: `${name}.`, target });
  }

  #createHeaders(target: AwsTarget): ResponseHeadersPolicy {
    const hosts = (["sources", "results"] as const).map(
      (content) =>
        `https://${bucketName(this, target, content)}.s3.${Aws.REGION}.${Aws.URL_SUFFIX}`,
    );
    return new ResponseHeadersPolicy(this, "Headers", {
      responseHeadersPolicyName: nameInAccount(this),
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          override: true,
          contentSecurityPolicy: [
            "default-src 'none'",
            "script-src 'self'",
            "worker-src 'self'",
            `style-src 'self' ${PAGE_STYLE_SOURCE}`,
            "font-src 'self'",
            "manifest-src 'self'",
            ["img-src 'self' data: blob:", ...hosts].join(" "),
            ["media-src 'self' blob:", ...hosts].join(" "),
            ["connect-src 'self'", ...hosts].join(" "),
            // Downloads run in a frame, so that a refusal doesn't replace the page.
            ["frame-src 'self'", ...hosts].join(" "),
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
          ].join("; "),
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: {
          accessControlMaxAge: Duration.days(365),
          includeSubdomains: true,
          override: true,
        },
      },
      customHeadersBehavior: {
        customHeaders: [
          { header: "Cross-Origin-Opener-Policy", value: "same-origin", override: true },
          {
            header: "Permissions-Policy",
            value: "camera=(), geolocation=(), microphone=(), payment=()",
            override: true,
          },
        ],
      },
    });
  }
}

/**
 * CloudFront's names are unique in the account, whatever the region, so they contain the stage and
 * the region.
 */
const nameInAccount = (scope: Construct) => `${Stack.of(scope).stackName}-${Aws.REGION}`;

/** The error statuses that CloudFront caches. */
const ERROR_STATUSES = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * The API's routes start at its root, so /api/jobs becomes /jobs. The API sees only CloudFront's
 * address, but has to know where logins come from: functions/runtime/http.ts.
 */
const TO_API = `function handler(event) {
  var request = event.request;
  request.uri = request.uri.replace(/^\\/api\\//, "/");
  request.headers["x-viewer-address"] = { value: event.viewer.ip };
  return request;
}`;
