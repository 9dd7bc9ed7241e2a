import { glob, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { AwsConfig, StackOutputs } from "../deployed/stack.ts";
import { ROOT_DIR } from "../deployed/state.ts";

const SITE_DIR = join(ROOT_DIR, "web/dist");

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".mp3": "audio/mpeg",
  ".webmanifest": "application/manifest+json",
};

const LOOPBACK = "http://127.0.0.1:* http://localhost:*";

/** Lets the page use the API and presigned URLs if they aren't on a loopback address. */
function allowOrigin(html: string, { ApiUrl }: StackOutputs): string {
  return html.replaceAll(LOOPBACK, `${LOOPBACK} ${new URL(ApiUrl).origin}`);
}

/** Puts the built page and the API's address into the site bucket; on AWS the CDK does it. */
export async function uploadSite(config: AwsConfig, outputs: StackOutputs): Promise<void> {
  if (!outputs.SiteBucketName) return;
  const Bucket = outputs.SiteBucketName;
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  const put = (Key: string, Body: string | Buffer) =>
    s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: CONTENT_TYPES[extname(Key)] ?? "application/octet-stream",
      }),
    );
  try {
    for await (const file of glob("**/*.*", { cwd: SITE_DIR })) {
      const content = await readFile(join(SITE_DIR, file));
      await put(file, file === "index.html" ? allowOrigin(content.toString(), outputs) : content);
    }
    await put("config.json", JSON.stringify({ apiUrl: outputs.ApiUrl }));
  } finally {
    s3.destroy();
  }
}
