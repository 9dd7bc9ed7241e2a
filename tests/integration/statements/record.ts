/**
 * Prints every statement that the code of today sends to the users' database, with its values. Run it
 * before a migration is written, into the file that is named as the migration will be:
 *
 *   node tests/integration/statements/record.ts > tests/integration/statements/0003-….json
 *
 * During a deployment that code goes on while the migration is there: database.test.ts runs the
 * statements on the new schema.
 */
import { randomUUID } from "node:crypto";
import type { Database } from "../../../functions/database/connection.ts";
import { createLoginLimiter } from "../../../functions/database/login-limiter.ts";
import { createUserDirectory } from "../../../functions/database/user-directory.ts";

const statements: { text: string; values: unknown[] }[] = [];
const recorder: Database = {
  async query(text, values = []) {
    statements.push({ text: text.replace(/\s+/g, " "), values });
    return [];
  },
  transact() {
    throw new Error("Nobody but the migrations has transactions.");
  },
  async close() {},
};

const email = `${randomUUID()}@example.org`;
const users = createUserDirectory(recorder);
const limiter = createLoginLimiter(recorder);
await users.create({ email, role: "user", passwordHash: "hash" });
await users.findByEmail(email);
await users.setPassword(email, "another hash");
await users.disable(email);
await users.list();
await users.listRevocations();
await limiter.countAttempt(email, "192.0.2.1");
await limiter.forgetAttempt(email, "192.0.2.1");
process.stdout.write(`${JSON.stringify(statements, undefined, 2)}\n`);
