/**
 * Measures whether the time of an answer reveals who has an account: `npm run bench:login-timing`. A known
 * user, an unknown one and a disabled one each try to sign in 200 times, in random order. The function that
 * checks passwords and the database are real. The limiter is off, because it would end this after ten
 * tries, and treats all users alike.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { createHandler } from "../../functions/check-password/handler.ts";
import { createDatabase } from "../../functions/database/connection.ts";
import type { LoginLimiter } from "../../functions/database/login-limiter.ts";
import { createUserDirectory } from "../../functions/database/user-directory.ts";
import { createUser, invokeUsers, stack } from "../harness/stack.ts";

const TRIES = 200;
const WARM_UP = 20;
const RESAMPLES = 2000;

const unlimited: LoginLimiter = {
  countAttempt: async () => undefined,
  forgetAttempt: async () => {},
};

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const resample = (values: readonly number[]) =>
  values.map(() => values[Math.floor(Math.random() * values.length)] ?? 0);

/** The middle 95% of the differences between the medians of samples drawn again (bootstrap). */
function estimateDifference(a: readonly number[], b: readonly number[]): [number, number] {
  const differences = Array.from(
    { length: RESAMPLES },
    () => median(resample(a)) - median(resample(b)),
  ).sort((x, y) => x - y);
  const at = (share: number) => differences[Math.floor(share * RESAMPLES)] ?? 0;
  return [at(0.025), at(0.975)];
}

const shuffle = <Item>(items: Item[]) =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);

test("the time of a refused login", async () => {
  assert(stack.databaseUrl, "This needs the database server that the test run starts.");
  const database = createDatabase({ DATABASE_URL: stack.databaseUrl });
  const check = createHandler({ users: createUserDirectory(database), limiter: unlimited });
  const known = await createUser();
  const disabled = await createUser();
  await invokeUsers({ action: "disable", email: disabled.email });
  const kinds = {
    known: { ...known, password: "not the password" },
    unknown: { email: `user-${randomUUID()}@example.org`, password: known.password },
    disabled,
  };
  const milliseconds = { known: [], unknown: [], disabled: [] } as Record<
    keyof typeof kinds,
    number[]
  >;
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  const order = shuffle(names.flatMap((name) => Array<typeof name>(TRIES).fill(name)));
  for (const [index, name] of [...order.slice(0, WARM_UP), ...order].entries()) {
    const startedAt = performance.now();
    const credentials = { ...kinds[name], sourceAddress: "192.0.2.1" };
    const verdict = await check({ action: "check", ...credentials });
    if (index >= WARM_UP) milliseconds[name].push(performance.now() - startedAt);
    assert.equal(verdict?.kind, "wrong");
  }
  await database.close();

  for (const name of names) {
    const [low, high] = estimateDifference(milliseconds[name], milliseconds.known);
    console.log(
      `${name.padEnd(9)} ${TRIES} tries, median ${median(milliseconds[name]).toFixed(2)} ms, ` +
        `difference to known ${low.toFixed(2)} to ${high.toFixed(2)} ms (95%)`,
    );
  }
});
