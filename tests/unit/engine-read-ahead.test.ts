import assert from "node:assert/strict";
import { test } from "node:test";
import { ReadAhead } from "../../engine/reading/read-ahead.ts";

const endless = () => new AbortController().signal;

/** A source of `count` items that notes which were fetched, and by which signal each may be ended. */
function watch(count: number, limits: { inFlight: number; kept: number }, signal = endless()) {
  const fetched: number[] = [];
  const signals = new Map<number, AbortSignal>();
  const ahead = new ReadAhead(
    (index, ended) => {
      if (index >= count) return undefined;
      fetched.push(index);
      signals.set(index, ended);
      return `item ${index}`;
    },
    limits,
    signal,
  );
  return { ahead, fetched, signals };
}

test("a pass gets every item in order and no more are in flight than allowed", () => {
  const { ahead, fetched } = watch(40, { inFlight: 5, kept: 0 });
  const pass = ahead.open(endless());
  for (let index = 0; index < 40; index++) {
    assert.equal(pass.take(index), `item ${index}`);
    assert.ok(fetched.length - index <= 5, `${fetched.length - index} in flight at ${index}`);
  }
  assert.equal(pass.take(40), undefined);
  assert.deepEqual(fetched, [...Array(40).keys()]);
});

test("who takes one item causes one fetch, and who goes on causes more at a time", () => {
  const { ahead, fetched } = watch(100, { inFlight: 16, kept: 0 });
  const pass = ahead.open(endless());
  const inFlight = [0, 1, 2, 3, 4, 5].map((index) => {
    pass.take(index);
    return fetched.length - index;
  });
  assert.deepEqual(inFlight, [1, 2, 4, 8, 16, 16]);
});

test("the first items are fetched once for all passes, and outlive the pass that asked first", () => {
  const whole = new AbortController();
  const { ahead, fetched, signals } = watch(10, { inFlight: 4, kept: 3 }, whole.signal);
  const probe = new AbortController();
  ahead.open(probe.signal).take(0);
  assert.deepEqual(fetched, [0, 1, 2]);
  probe.abort();
  const pass = ahead.open(endless());
  for (let index = 0; index < 10; index++) assert.equal(pass.take(index), `item ${index}`);
  assert.deepEqual(fetched, [...Array(10).keys()]);
  assert.deepEqual(
    [0, 1, 2].map((index) => signals.get(index)?.aborted),
    [false, false, false],
  );
  whole.abort();
  assert.ok(signals.get(2)?.aborted);
});

test("a pass may begin anywhere, and what it fetched beyond the kept items ends with it", () => {
  const { ahead, fetched, signals } = watch(100, { inFlight: 4, kept: 3 });
  const stop = new AbortController();
  const pass = ahead.open(stop.signal);
  assert.equal(pass.take(50), "item 50");
  assert.equal(pass.take(50), "item 50");
  assert.equal(pass.take(60), "item 60");
  assert.deepEqual(fetched, [50, 60, 61]);
  stop.abort();
  assert.ok(signals.get(61)?.aborted);
});
