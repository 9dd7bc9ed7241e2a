import { Refusal } from "../runtime/errors.ts";
import { createHttpHandler } from "../runtime/http.ts";

interface Deps {
  document: { paths?: Record<string, object> };
}

/** GET /openapi.json. Also refuses the methods that a path doesn't have. */
export const createHandler = ({ document }: Deps) =>
  createHttpHandler(
    { "GET /openapi.json": async () => ({ status: 200, body: document }) },
    {
      refuseOthers: ({ method, resource }) => {
        const allowed = Object.keys(document.paths?.[resource] ?? {}).map((name) =>
          name.toUpperCase(),
        );
        return new Refusal(
          "method-not-allowed",
          "method-not-allowed",
          `${method} is not possible here; use ${allowed.join(" or ")}.`,
          { allowedMethods: [...allowed, "OPTIONS"] },
        );
      },
    },
  );
