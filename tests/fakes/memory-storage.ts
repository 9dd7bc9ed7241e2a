import { BlobSource, type ByteSource } from "../../client/byte-source.ts";
import { NetworkError, StorageError } from "../../client/errors.ts";
import type { StorageAnswer, StorageRequest, Transport } from "../../client/transport.ts";
import type {
  SignPartsRequest,
  SignPartsResponse,
  SignRequest,
  SignResponse,
} from "../../contract/api.ts";

/** ListParts returns 1,000 parts per page. This has fewer, so that tests with pages stay small. */
const PAGE_PARTS = 10;

/**
 * What happens to a request: for example, it doesn't arrive, or its answer is lost after it took effect.
 */
export type Fault = "unreachable" | "answer-lost" | "expired" | "unavailable";

/** S3's multipart uploads of one object, in memory. Tests choose which requests meet a fault. */
export class MemoryStorage {
  object: Buffer | undefined;
  readonly uploads = new Map<string, Map<number, Buffer>>();
  /** The requests so far, for example "PUT part 3". */
  readonly requests: string[] = [];
  /** Called for every request before it is carried out. */
  fault: (request: string, count: number) => Fault | undefined = () => undefined;

  readonly sign = async (request: SignRequest): Promise<SignResponse> => {
    const query = new URLSearchParams(
      Object.entries(request).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return { url: `https://storage.example/?${query}`, key: "source", headers: {}, expiresAt: "" };
  };

  /** The part numbers of each request to sign some. */
  readonly signed: number[][] = [];

  readonly signParts = async (request: SignPartsRequest): Promise<SignPartsResponse> => {
    const { uploadId, partNumbers } = request;
    this.signed.push(partNumbers);
    const parts = partNumbers.map(async (partNumber) => ({
      partNumber,
      ...(await this.sign({ method: "PUT", uploadId, partNumber })),
    }));
    return { parts: await Promise.all(parts) };
  };

  readonly transport: Transport = async (request) => {
    request.signal.throwIfAborted();
    const query = new URL(request.url).searchParams;
    const part = query.get("partNumber");
    const name = part
      ? `PUT part ${part}`
      : `${query.get("method")}${query.has("uploadId") ? " upload" : ""}`;
    this.requests.push(name);
    const fault = this.fault(name, this.requests.filter((other) => other === name).length);
    if (fault === "unreachable") throw new NetworkError("Unreachable.");
    if (fault === "expired") throw new StorageError(403, "AccessDenied");
    if (fault === "unavailable") throw new StorageError(503, "SlowDown");
    const answer = await this.#answer(request, query);
    if (fault === "answer-lost") throw new NetworkError("The answer got lost.");
    return answer;
  };

  async #answer(request: StorageRequest, query: URLSearchParams): Promise<StorageAnswer> {
    const uploadId = query.get("uploadId");
    const answer = (text: string, etag?: string) => ({ text, etag });
    if (uploadId === null) {
      if (request.method === "PUT") {
        this.object = await readBody(request);
        return answer("", '"whole"');
      }
      const id = `upload-${this.uploads.size + 1}`;
      this.uploads.set(id, new Map());
      return answer(`<UploadId>${id}</UploadId>`);
    }
    const parts = this.uploads.get(uploadId);
    if (!parts) throw new StorageError(404, "NoSuchUpload");
    if (request.method === "PUT") {
      const number = Number(query.get("partNumber"));
      parts.set(number, await readBody(request));
      return answer("", `"etag-${number}"`);
    }
    if (request.method === "GET") return answer(listParts(parts, query));
    const listed = [...String(request.body).matchAll(/<PartNumber>(\d+)/g)].map(([, n]) =>
      Number(n),
    );
    this.object = Buffer.concat(listed.map((number) => parts.get(number) ?? Buffer.alloc(0)));
    this.uploads.delete(uploadId);
    return answer("<CompleteMultipartUploadResult/>");
  }
}

function listParts(parts: ReadonlyMap<number, Buffer>, query: URLSearchParams): string {
  const marker = Number(query.get("partNumberMarker") ?? 0);
  const rest = [...parts].sort(([a], [b]) => a - b).filter(([number]) => number > marker);
  const page = rest
    .slice(0, PAGE_PARTS)
    .map(
      ([number, bytes]) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>&quot;etag-${number}&quot;</ETag><Size>${bytes.length}</Size></Part>`,
    );
  return [
    "<ListPartsResult>",
    ...page,
    `<IsTruncated>${rest.length > PAGE_PARTS}</IsTruncated>`,
    `<NextPartNumberMarker>${rest[PAGE_PARTS - 1]?.[0] ?? 0}</NextPartNumberMarker>`,
    "</ListPartsResult>",
  ].join("");
}

async function readBody({ body, onSentBytes }: StorageRequest): Promise<Buffer> {
  if (typeof body !== "object") throw new Error("A PUT has a body.");
  const bytes = Buffer.from(await body.source.read(body.start, body.end));
  onSentBytes?.(bytes.length);
  return bytes;
}

export const sourceOf = (bytes: Uint8Array<ArrayBuffer>): ByteSource =>
  new BlobSource(new Blob([bytes]));
