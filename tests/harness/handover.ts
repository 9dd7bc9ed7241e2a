import { z } from "zod";
import { StackOutputs } from "../../deployed/stack.ts";

/**
 * The variable by which the global setup passes the stack to the test files, which run in their own
 * processes.
 */
const VARIABLE = "TAPEDECK_TEST_STACK_JSON";

export const TestStack = z.object({
  /** The emulator; none on AWS. */
  endpoint: z.url().optional(),
  outputs: StackOutputs,
  /** The database of a stack that the tests started themselves. */
  databaseUrl: z.url().optional(),
  stateDir: z.string().optional(),
});
export type TestStack = z.infer<typeof TestStack>;

export function handOver(stack: TestStack): void {
  process.env[VARIABLE] = JSON.stringify(stack);
}

export function takeOver(): TestStack {
  const stack = process.env[VARIABLE];
  if (!stack) {
    throw new Error("These tests need a stack: run them with npm run test:e2e or npm test.");
  }
  return TestStack.parse(JSON.parse(stack));
}
