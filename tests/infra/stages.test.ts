import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Match, Template } from "aws-cdk-lib/assertions";
import { renderValue } from "./intrinsics.ts";
import { AWS, createStack, pathOf, resourcesOf, synthesize } from "./synthesis.ts";

/** Properties that name a resource in its account. They must differ between stacks. */
const NAMES = /^(Name|EmailIdentity|.*(Name|NamePrefix|Identifier))$/;
/** Properties that name something within the resource, or another resource. */
const NO_NAMES =
  /^(MetricName|DBName|FunctionName|PolicyName|ServiceName|StageName|CACertificateIdentifier|DB.*GroupName|DBClusterIdentifier)$/;

/** Lists every name that the template gives, with what AWS fills in. */
function collectNames(template: Template, region: string): string[] {
  const resources = resourcesOf(template);
  const render = (_: unknown, name: string) =>
    ({ "AWS::Region": region, "AWS::AccountId": "123456789012" })[name] ?? `<${name}>`;
  const namesIn = (properties: Record<string, unknown>): unknown[] =>
    Object.entries(properties).flatMap(([key, value]) => {
      if (NAMES.test(key) && !NO_NAMES.test(key)) return [value];
      // Some resources have their name in a configuration.
      const isConfiguration = /Config$|^Budget$/.test(key) && typeof value === "object";
      return isConfiguration ? namesIn({ ...value }) : [];
    });
  return [...resources.values()].flatMap(({ Type, Properties }) =>
    namesIn(Properties)
      .map((name) => renderValue(name, resources, render))
      // A mere reference to another resource isn't a name.
      .filter((name) => !/^<.*>$/.test(name))
      .map((name) => `${Type} ${name}`),
  );
}

describe("stages and regions side by side", async () => {
  const existing = {
    ...AWS,
    sender: { address: "tapedeck@example.org", identity: "existing", name: "example.org" },
  } as const;
  const prod = Template.fromStack(await createStack(AWS));
  const staging = Template.fromStack(await createStack({ ...existing, stage: "staging" }));

  test("two stages in one account and region share no name", () => {
    const ofProd = collectNames(prod, "eu-central-1");
    const ofStaging = collectNames(staging, "eu-central-1");
    assert.ok(ofProd.length >= 5, ofProd.join("\n"));
    assert.deepEqual(
      ofProd.filter((name) => ofStaging.includes(name)),
      [],
    );
  });

  test("one stage in two regions shares no name that must be unique in the account", () => {
    const [here = [], there = []] = ["eu-central-1", "us-east-1"].map((region) =>
      collectNames(prod, region).filter((name) => /^AWS::(CloudFront|IAM)::/.test(name)),
    );
    assert.ok(here.length >= 3, here.join("\n"));
    assert.deepEqual(
      here.filter((name) => there.includes(name)),
      [],
    );
    // S3's names are global, but it adds account and region to a prefix: docs/adr/0023.
    for (const { Type, Properties } of resourcesOf(prod).values()) {
      if (Type === "AWS::S3::Bucket") assert.equal(Properties.BucketName, undefined);
    }
  });

  test("a stack's name contains the stage's, and the scripts look for it", async () => {
    assert.equal((await createStack(AWS)).stackName, "Tapedeck");
    assert.equal((await createStack({ ...AWS, stage: "staging" })).stackName, "Tapedeck-staging");
  });

  test("the longest stage's name in the longest region's gives valid bucket names", async () => {
    const template = Template.fromStack(await createStack({ ...AWS, stage: "a23456789012345" }));
    for (const { Type, Properties } of resourcesOf(template).values()) {
      if (Type !== "AWS::S3::Bucket" || !Properties.BucketNamePrefix) continue;
      const name = `${Properties.BucketNamePrefix}-123456789012-ap-southeast-2-an`;
      assert.ok(name.length <= 63, `${name} has ${name.length} characters`);
    }
  });
});

describe("a stage's life", async () => {
  const first = await createStack(AWS, {}, { firstDeployment: "true" });
  const later = await createStack(AWS);

  test("a failed first deployment can be deleted, and a finished stack is protected", async () => {
    assert.equal(first.terminationProtection, false);
    assert.equal(later.terminationProtection, true);
    const open = await createStack({ ...AWS, protectData: false });
    assert.equal(open.terminationProtection, false);
  });

  test("nothing that rolling back the creation leaves blocks the next try", () => {
    const kept = [...resourcesOf(Template.fromStack(first)).values()].filter(
      ({ DeletionPolicy }) => DeletionPolicy === "Retain",
    );
    assert.deepEqual(kept.map(pathOf), []);
  });

  test("deleting it keeps the MP3s and a snapshot of the users, and empties the rest", () => {
    const template = Template.fromStack(later);
    const policies = Object.fromEntries(
      [...resourcesOf(template).values()]
        .filter(({ Type }) => /^AWS::(S3::Bucket|RDS::DBInstance)$/.test(Type))
        .map((resource) => [pathOf(resource), resource.DeletionPolicy]),
    );
    assert.deepEqual(policies, {
      "Blobs/Results": "RetainExceptOnCreate",
      "Blobs/Sources": "Delete",
      "Database/Users": "Snapshot",
      "Site/Bucket": "Delete",
    });
    template.resourceCountIs("Custom::S3AutoDeleteObjects", 2);
  });

  test("tags are the stack's, with the stage's name among them", async () => {
    const { tags } = await createStack({ ...AWS, stage: "staging", tags: { team: "av" } });
    assert.deepEqual(tags.tagValues(), { team: "av", "tapedeck-stage": "staging" });
  });
});

describe("a custom domain", () => {
  const domain = {
    name: "tapedeck.example.org",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
  };

  test("is used by the page and the links, with TLS 1.2 or later", async () => {
    const template = await synthesize({ ...AWS, domain });
    template.hasResourceProperties("AWS::CloudFront::Distribution", {
      DistributionConfig: Match.objectLike({
        Aliases: [domain.name],
        ViewerCertificate: Match.objectLike({
          AcmCertificateArn: domain.certificateArn,
          MinimumProtocolVersion: "TLSv1.2_2021",
        }),
      }),
    });
    template.hasOutput("SiteUrl", { Value: `https://${domain.name}/` });
    template.hasOutput("SiteDnsRecord", { Value: Match.anyValue() });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: Match.objectLike({ PUBLIC_API_URL: `https://${domain.name}/api` }),
      },
    });
    template.hasResourceProperties("AWS::S3::Bucket", {
      CorsConfiguration: {
        CorsRules: [Match.objectLike({ AllowedOrigins: [`https://${domain.name}`] })],
      },
    });
  });

  test("in Route 53 leads to the page without further steps", async () => {
    const hostedZone = { id: "Z0123456789", name: "example.org" };
    const template = await synthesize({ ...AWS, domain: { ...domain, hostedZone } });
    for (const Type of ["A", "AAAA"]) {
      template.hasResourceProperties("AWS::Route53::RecordSet", { Name: `${domain.name}.`, Type });
    }
  });
});

describe("the sender", () => {
  test("is a domain with DKIM and its own MAIL FROM, whose records are outputs", async () => {
    const template = await synthesize({
      ...AWS,
      sender: { address: "tapedeck@example.org", identity: "domain", mailFrom: "mail" },
    });
    template.hasResourceProperties("AWS::SES::EmailIdentity", {
      EmailIdentity: "example.org",
      MailFromAttributes: { MailFromDomain: "mail.example.org" },
    });
    const records = Object.keys(template.findOutputs("*")).filter((it) => /DnsRecord/.test(it));
    assert.equal(records.length, 5);
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ SENDER_ADDRESS: "tapedeck@example.org" }) },
    });
  });

  test("is left alone if SES already knows it", async () => {
    const template = await synthesize({
      ...AWS,
      sender: { address: "tapedeck@example.org", identity: "existing", name: "example.org" },
    });
    template.resourceCountIs("AWS::SES::EmailIdentity", 0);
    assert.match(
      JSON.stringify(template.findResources("AWS::IAM::Policy")),
      /:identity\/example\.org/,
    );
  });
});
