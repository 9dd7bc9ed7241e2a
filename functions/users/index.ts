import { createDatabase } from "../database/connection.ts";
import { createUserDirectory } from "../database/user-directory.ts";
import { readEnvironment } from "../runtime/environment.ts";
import { PROMPT } from "../runtime/patience.ts";
import { createRevocationsPublisher } from "../runtime/revocations.ts";
import { createS3Client } from "../storage/s3-clients.ts";
import { Environment } from "./env.ts";
import { createHandler } from "./handler.ts";

const environment = readEnvironment(Environment);

export const handler = createHandler({
  users: createUserDirectory(createDatabase(environment)),
  publishRevocations: createRevocationsPublisher(createS3Client(PROMPT), environment.RESULT_BUCKET),
});
