import { createHttpHandler } from "../core/http.ts";

/** GET /openapi.json */
export const createHandler = ({ document }: { document: object }) =>
  createHttpHandler({
    "GET /openapi.json": async () => ({ status: 200, body: document }),
  });
