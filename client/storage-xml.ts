import { StorageError } from "./errors.ts";

/**
 * The three small documents of S3's multipart uploads. Their values hold no nested elements, so
 * that they can be read without an XML parser, which Node lacks.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 */

export interface PartPage {
  parts: Map<number, { etag: string; sizeBytes: number }>;
  /** Where the next page begins; undefined on the last. */
  nextMarker: number | undefined;
}

/** One page of ListParts: at most 1,000 parts. */
export function parsePartPage(xml: string): PartPage {
  const parts = [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(
    ([, part = ""]) =>
      [
        Number(readElement(part, "PartNumber")),
        { etag: readElement(part, "ETag") ?? "", sizeBytes: Number(readElement(part, "Size")) },
      ] as const,
  );
  const isTruncated = readElement(xml, "IsTruncated") === "true";
  const marker = Number(readElement(xml, "NextPartNumberMarker") ?? parts.at(-1)?.[0]);
  return { parts: new Map(parts), nextMarker: isTruncated && marker > 0 ? marker : undefined };
}

/**
 * Reads the id in CreateMultipartUpload's answer.
 *
 * @throws StorageError if there is none.
 */
export function parseUploadId(xml: string): string {
  const id = readElement(xml, "UploadId");
  if (!id) throw new StorageError(502, "NoUploadId");
  return id;
}

/** CompleteMultipartUpload's body. */
export function formatPartList(etags: ReadonlyMap<number, string>): string {
  const parts = [...etags]
    .sort(([a], [b]) => a - b)
    .map(
      ([number, etag]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
    );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join("")}</CompleteMultipartUpload>`;
}

function readElement(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replace(/&(quot|lt|gt|apos|amp|#34|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&quot;": '"',
  "&#34;": '"',
  "&apos;": "'",
  "&#39;": "'",
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
};

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
