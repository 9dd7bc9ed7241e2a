import assert from "node:assert/strict";
import { test } from "node:test";
import { networkOf } from "../../functions/database/network.ts";

/** Wrong passwords are counted by network. An IPv6 customer has 2^64 addresses, which must count as one. */
for (const [address, network] of [
  ["192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:DB8:1:2::6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002:0000:0000:0000:0007", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["unknown", "unknown"],
] as const) {
  test(`${address} is counted as ${network}`, () => assert.equal(networkOf(address), network));
}
