import { readEnvironment } from "../core/environment.ts";
import { PROMPT } from "../core/patience.ts";
import { createRevocationsPublisher } from "../core/revocations.ts";
import { createS3Client } from "../core/s3-clients.ts";
import { createDatabase } from "../database/connection.ts";
import { createUserDirectory } from "../database/user-directory.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const environment = readEnvironment(Environment);

export const handler = createHandler({
  users: createUserDirectory(createDatabase(environment)),
  publishRevocations: createRevocationsPublisher(createS3Client(PROMPT), environment.RESULT_BUCKET),
});
