import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";

/** The parts of an answer that the document describes. */
export interface Answer {
  method: string;
  url: string;
  status: number;
  headers: Headers;
  /** Missing if it can no longer be read. */
  body?: string | undefined;
}

const Content = z.record(z.string(), z.object({ schema: z.unknown() }));
const Response = z.object({
  headers: z.record(z.string(), z.object({ required: z.boolean().default(false) })).default({}),
  content: Content.optional(),
});
const Document = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ responses: z.record(z.string(), Response) })),
  ),
});
type Document = z.infer<typeof Document>;

const FORMATS = {
  "date-time": (text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text),
  uri: (text: string) => URL.canParse(text),
  uuid: (text: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text),
};

/** Compares answers of the API with its OpenAPI document. */
export class DescribedAnswers {
  readonly #apiUrl: string;
  readonly #document: Document;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  /** @param document as the API serves it. */
  constructor(apiUrl: string, document: object) {
    this.#apiUrl = apiUrl;
    this.#document = Document.parse(document);
    this.#ajv = new Ajv2020({ allErrors: true, strictSchema: false, formats: FORMATS });
    this.#ajv.addSchema(document, "api");
  }

  /** Reads the document from the API. */
  static async read(apiUrl: string, fetchIt: typeof fetch = fetch): Promise<DescribedAnswers> {
    const answer = await fetchIt(`${apiUrl}/openapi.json`);
    return new DescribedAnswers(apiUrl, z.looseObject({}).parse(await answer.json()));
  }

  /**
   * Says in a sentence how the answer differs from its description. Preflight requests and paths that
   * aren't in the document have none.
   */
  findDifference(answer: Answer): string | undefined {
    const { method, status, headers, body } = answer;
    const path = this.#findPath(answer.url);
    if (path === undefined || method === "OPTIONS") return undefined;
    const operations = this.#document.paths[path] ?? {};
    const name = method.toLowerCase();
    const operation = operations[name] ? name : (Object.keys(operations)[0] ?? "");
    const where = `${method} ${path}, ${status}`;
    if (operation !== name && status !== 405) return `${where}: the document has no such method`;
    const described = operations[operation]?.responses[status];
    if (!described) return `${where}: the document has no such status`;
    for (const [header, { required }] of Object.entries(described.headers)) {
      if (required && !headers.has(header)) return `${where}: ${header} is missing`;
    }
    if (body === undefined || method === "HEAD") return undefined;
    if (!described.content) return body === "" ? undefined : `${where}: it has a body, ${body}`;
    const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "none";
    if (!described.content[type]) return `${where}: the document has no such type, ${type}`;
    const validate = this.#compile(["paths", path, operation, "responses", `${status}`], type);
    if (validate(type.includes("json") ? readJson(body) : body)) return undefined;
    return `${where}: ${this.#ajv.errorsText(validate.errors)}\n${body}`;
  }

  #findPath(url: string): string | undefined {
    if (!url.startsWith(`${this.#apiUrl}/`)) return undefined;
    const { pathname } = new URL(url);
    const parts = pathname.slice(new URL(this.#apiUrl).pathname.length).split("/");
    return Object.keys(this.#document.paths).find((path) => {
      const names = path.split("/");
      return (
        names.length === parts.length &&
        names.every(
          (name, index) => name === parts[index] || (name.startsWith("{") && parts[index]),
        )
      );
    });
  }

  #compile(response: string[], type: string): ValidateFunction {
    const pointer = [...response, "content", type, "schema"]
      .map((step) => encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    const known = this.#validators.get(pointer);
    if (known) return known;
    const validate = this.#ajv.compile({ $ref: `api#/${pointer}` });
    this.#validators.set(pointer, validate);
    return validate;
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
