import { Aws } from "aws-cdk-lib";
import { CfnWebACL, CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";

/** How many requests an address may send in five minutes. A page that uploads sends a few a second. */
const REQUESTS_PER_ADDRESS = 2000;

/**
 * Puts AWS WAF before the API, so that one client can't use up everyone's requests. It is regional,
 * like the API. A firewall for CloudFront would have to be in us-east-1. It counts by the address that
 * CloudFront writes into a header (docs/adr/0024), because the API itself sees only CloudFront's.
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { stageArn }: { stageArn: string }) {
    super(scope, id);
    const visibilityConfig = (metricName: string) => ({
      cloudWatchMetricsEnabled: true,
      metricName,
      sampledRequestsEnabled: false,
    });
    const acl = new CfnWebACL(this, "Acl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: visibilityConfig("Tapedeck"),
      rules: [
        {
          name: "requests-per-address",
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          visibilityConfig: visibilityConfig("TapedeckRequestsPerAddress"),
          statement: {
            rateBasedStatement: {
              limit: REQUESTS_PER_ADDRESS,
              evaluationWindowSec: 300,
              aggregateKeyType: "CUSTOM_KEYS",
              customKeys: [
                {
                  header: {
                    name: "x-viewer-address",
                    textTransformations: [{ priority: 0, type: "NONE" }],
                  },
                },
              ],
            },
          },
        },
      ],
    });
    new CfnWebACLAssociation(this, "Association", {
      resourceArn: stageArn,
      webAclArn: acl.attrArn,
    });
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
export const apiStageArn = (restApiId: string, stageName: string) =>
  `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}::/restapis/${restApiId}/stages/${stageName}`;
